// Nexmo's client and its successor, Vonage's SDK for Node, with the Nexmo emulator.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { SMS } from '@vonage/sms';
import Nexmo from 'nexmo';
import { createNexmoEmulator } from 'passport-modica-2fa/emulator';

const apiKey = 'ab12cd34';
const apiSecret = 'api-secret';
const signatureSecret = 'signature-secret';
const to = '12125550123';

/** What the emulator, the package `nexmo` and `@vonage/sms` call each algorithm. */
const algorithms = [
  ['md5hash', 'md5hash', 'MD5HASH'],
  ['md5hmac', 'md5', 'MD5HMAC'],
  ['sha1hmac', 'sha1', 'SHA1HMAC'],
  ['sha256hmac', 'sha256', 'SHA256HMAC'],
  ['sha512hmac', 'sha512', 'SHA512HMAC'],
];

/** A started emulator, and the query of the last delivery receipt that its webhook got. */
async function start(context, options) {
  let received;
  const webhook = createServer((request, response) => {
    received = Object.fromEntries(new URL(request.url, 'http://localhost').searchParams);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  const emulator = createNexmoEmulator({
    ...{ apiKey, apiSecret, ...options },
    webhook: `http://127.0.0.1:${webhook.address().port}/receipts`,
  });
  await emulator.start();
  context.after(async () => {
    webhook.close();
    await emulator.stop();
  });
  const receipt = async (contents) => {
    const { id } = emulator.messages.at(-1);
    const { answers } = await emulator.deliverReceipt(id, { status: 'delivered', ...contents });
    assert.deepEqual(answers, [200]);
    return received;
  };
  return { emulator, receipt };
}

/** Nexmo's client uses plain HTTP on any port but 443. */
function clientFor({ url }, credentials) {
  const { hostname, port } = new URL(url);
  return new Nexmo(
    { apiKey, apiSecret, ...credentials },
    { restHost: hostname, port: Number(port) },
  );
}

/** Sends a PIN with the US short code. */
const sendPin = ({ message }, pin) =>
  new Promise((resolve, reject) => {
    message.shortcode2FA(to, { pin }, {}, (error, reply) =>
      error ? reject(error) : resolve(reply),
    );
  });

test("Nexmo's client sends a PIN with the US short code and its API secret", async (context) => {
  const { emulator } = await start(context);
  const { messages } = await sendPin(clientFor(emulator), '0042');

  assert.equal(messages[0].status, '0');
  assert.equal(messages[0]['message-id'], emulator.messages.at(-1).id);
  assert.equal(emulator.messages.at(-1).text, 'Your PIN is 0042');
});

test("Nexmo's client gets status 4 for a wrong API secret", async (context) => {
  const { emulator } = await start(context);
  const { messages } = await sendPin(clientFor(emulator, { apiSecret: 'wrong' }), '0042');

  assert.equal(messages[0].status, '4');
  assert.deepEqual(emulator.messages, []);
});

for (const [algorithm, signatureMethod, vonageAlgorithm] of algorithms) {
  test(`Nexmo's client signs its request with ${algorithm} instead of sending its API secret`, async (context) => {
    const { emulator } = await start(context, { signatureSecret, algorithm });
    const { messages } = await sendPin(
      clientFor(emulator, { signatureSecret, signatureMethod }),
      '0042',
    );

    assert.equal(messages[0].status, '0');
    assert.doesNotMatch(emulator.requests.at(-1).query, /api_secret/);
  });

  test(`Vonage's SDK finds a receipt that is signed with ${algorithm} valid, and a forged one not`, async (context) => {
    const { emulator, receipt } = await start(context, { signatureSecret, algorithm });
    await sendPin(clientFor(emulator), '0042');
    const verify = (parameters) =>
      new SMS({ apiKey, apiSecret }).verifySignature(
        ...[parameters.sig, parameters, signatureSecret, vonageAlgorithm],
      );

    const signed = await receipt();
    assert.equal(verify(signed), true);
    assert.equal(verify({ ...signed, status: 'failed' }), false);
    assert.equal(verify(await receipt({ signature: 'forged' })), false);
  });

  // Its samples compare with ===, and only an MD5 hash. An HMAC comes in upper case and has to be converted first.
  test(`Nexmo's client generates the signature of a receipt with ${algorithm}`, async (context) => {
    const { emulator, receipt } = await start(context, { signatureSecret, algorithm });
    const client = clientFor(emulator, { signatureSecret, signatureMethod });
    await sendPin(client, '0042');
    const { sig, ...signed } = await receipt();

    const generated = client.generateSignature(signed);
    assert.equal(sig, algorithm === 'md5hash' ? generated : generated.toUpperCase());
  });
}
