import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NexmoSignatureAlgorithm } from '../../../../lib/emulator/index.js';
import { emulate, sentId, to } from './client.js';
import { startWebhook } from './webhook.js';

const noon = Date.UTC(2026, 0, 2, 12, 34, 56);

function parametersOf(messageId: string): Record<string, string> {
  return {
    msisdn: to,
    to: '22395',
    'network-code': '310260',
    messageId,
    price: '0.00570000',
    status: 'delivered',
    scts: '2601021234',
    'err-code': '0',
    'message-timestamp': '2026-01-02 12:34:56',
  };
}

describe('deliverReceipt() of the Nexmo emulator', () => {
  it('calls the webhook with GET, and keeps the query of its URL', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url, now: () => noon });
    const id = await sentId(emulator);
    const delivery = await emulator.deliverReceipt(id, { status: 'delivered' });

    expect(delivery).toEqual({ parameters: parametersOf(id), answers: [200] });
    expect(received).toEqual([
      {
        method: 'GET',
        path: '/receipts',
        query: { app: '1', ...parametersOf(id) },
        contentType: undefined,
        body: '',
      },
    ]);
  });

  it('calls the webhook with POST and a form', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({
      webhook: new URL(url),
      webhookMethod: 'POST',
      now: () => noon,
    });
    const id = await sentId(emulator);
    await emulator.deliverReceipt(id, { status: 'delivered' });

    expect(received).toMatchObject([
      { method: 'POST', query: { app: '1' }, contentType: 'application/x-www-form-urlencoded' },
    ]);
    expect(Object.fromEntries(new URLSearchParams(received.at(0)?.body))).toEqual(parametersOf(id));
  });

  it('calls the webhook with POST and JSON', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url, webhookMethod: 'POST-JSON', now: () => noon });
    const id = await sentId(emulator);
    await emulator.deliverReceipt(id, { status: 'delivered' });

    expect(received).toMatchObject([{ method: 'POST', contentType: 'application/json' }]);
    expect(JSON.parse(received.at(0)?.body ?? '')).toEqual(parametersOf(id));
  });

  it('sends the error code and the client reference of the message', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url });
    const id = await sentId(emulator, { 'client-ref': 'login 7' });
    await emulator.deliverReceipt(id, { status: 'failed', errCode: 3 });

    expect(received.at(0)?.query).toMatchObject({
      messageId: id,
      status: 'failed',
      'err-code': '3',
      'client-ref': 'login 7',
    });
  });

  it('sends the receipt again until the reply is 200', async () => {
    const { url, received } = await startWebhook('cut', 500, 204, 302, 200);
    const emulator = await emulate({ webhook: url });
    const id = await sentId(emulator);
    const { answers } = await emulator.deliverReceipt(id, { status: 'accepted' });

    expect(answers).toEqual([undefined, 500, 204, 302, 200]);
    expect(received.map(({ path }) => path)).toEqual(Array.from({ length: 5 }, () => '/receipts'));
  });

  it('gives up after five attempts', async () => {
    const { url, received } = await startWebhook(503);
    const emulator = await emulate({ webhook: url });
    const id = await sentId(emulator);
    const { answers } = await emulator.deliverReceipt(id, { status: 'buffered' });

    expect(answers).toEqual([503, 503, 503, 503, 503]);
    expect(received).toHaveLength(5);
  });

  it('rejects when no message has that id', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url });

    await expect(emulator.deliverReceipt('FFFF', { status: 'delivered' })).rejects.toThrow(
      'No message with the id FFFF was sent.',
    );
    expect(received).toEqual([]);
  });
});

describe('A signed receipt of the Nexmo emulator', () => {
  const signatureSecret = 'signature-secret';

  async function signing(algorithm?: NexmoSignatureAlgorithm) {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url, signatureSecret, algorithm, now: () => noon });
    return { emulator, id: await sentId(emulator), received };
  }

  /** What Nexmo signs, written independently of lib. */
  function signedText(parameters: Readonly<Record<string, string>>): string {
    const names = Object.keys(parameters).filter((name) => name !== 'sig');
    return names
      .sort()
      .map((name) => `&${name}=${parameters[name]}`)
      .join('');
  }

  function signature(parameters: Readonly<Record<string, string>>): string {
    return createHash('md5')
      .update(signedText(parameters) + signatureSecret)
      .digest('hex');
  }

  it('has a timestamp, a nonce, and a signature over all other parameters', async () => {
    const { emulator, id } = await signing();
    const { parameters } = await emulator.deliverReceipt(id, { status: 'delivered' });
    const again = await emulator.deliverReceipt(id, { status: 'delivered' });

    expect(parameters).toEqual({
      ...parametersOf(id),
      timestamp: String(Math.floor(noon / 1000)),
      nonce: expect.stringMatching(/^[\da-f-]{36}$/),
      sig: signature(parameters),
    });
    expect(again.parameters['nonce']).not.toBe(parameters['nonce']);
  });

  it.each<[NexmoSignatureAlgorithm, string]>([
    ['md5hmac', 'md5'],
    ['sha1hmac', 'sha1'],
    ['sha256hmac', 'sha256'],
    ['sha512hmac', 'sha512'],
  ])('has its signature in upper case with %s', async (algorithm, hash) => {
    const { emulator, id } = await signing(algorithm);
    const { parameters } = await emulator.deliverReceipt(id, { status: 'delivered' });
    const hmac = createHmac(hash, signatureSecret).update(signedText(parameters)).digest('hex');

    expect(parameters['sig']).toBe(hmac.toUpperCase());
  });

  it('can be forged with another secret', async () => {
    const { emulator, id } = await signing();
    const { parameters } = await emulator.deliverReceipt(id, {
      status: 'delivered',
      signature: 'forged',
    });

    expect(parameters['sig']).toMatch(/^[\da-f]{32}$/);
    expect(parameters['sig']).not.toBe(signature(parameters));
  });

  it('can lack its signature, timestamp and nonce', async () => {
    const { emulator, id } = await signing();
    const delivery = await emulator.deliverReceipt(id, {
      status: 'delivered',
      signature: 'missing',
    });

    expect(delivery.parameters).toEqual(parametersOf(id));
  });

  it('can be replayed unchanged', async () => {
    const { emulator, id, received } = await signing();
    const delivery = await emulator.deliverReceipt(id, { status: 'delivered' });
    const replayed = await emulator.replayReceipt(delivery);

    expect(replayed).toEqual(delivery);
    expect(received.at(1)).toEqual(received.at(0));
  });
});
