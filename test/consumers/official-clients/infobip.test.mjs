// Every 2FA call of Infobip's SDK for Node, sent to the Infobip emulator.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuthType, Infobip } from '@infobip-api/sdk';
import { createInfobipEmulator } from 'passport-modica-2fa/emulator';

const apiKey = 'ab12-cd34';
const to = '41793026727';
const configuration = {
  pinAttempts: 3,
  verifyPinLimit: '100/1s',
  sendPinPerPhoneNumberLimit: '100/1d',
};

const emulator = createInfobipEmulator({ apiKey, preconfigured: false });
let twoFA;
let applicationId;
let messageId;

/** The SDK does not throw: it returns the reply or the error. */
async function dataOf(call) {
  const reply = await call;
  assert.ok(!(reply instanceof Error), `${reply}: ${JSON.stringify(reply.response?.data)}`);
  return reply.data;
}

const lastMessage = () => emulator.messages.at(-1);

before(async () => {
  await emulator.start();
  const sdk = new Infobip({ baseUrl: emulator.url, apiKey, authType: AuthType.ApiKey });
  twoFA = sdk.service.twoFA;
  const application = await dataOf(twoFA.createApplication({ name: 'Login', configuration }));
  applicationId = application.applicationId;
  const template = { messageText: 'Your code is {{pin}}', pinType: 'NUMERIC', pinLength: 6 };
  const created = await dataOf(twoFA.createMessageTemplate(applicationId, template));
  messageId = created.messageId;
});

after(() => emulator.stop());

async function sentPin() {
  const { pinId } = await dataOf(twoFA.sendPINCodeSMS({ applicationId, messageId, to }));
  return { pinId, pin: lastMessage().code };
}

test("Infobip's SDK reads, lists and changes an application", async () => {
  const application = await dataOf(twoFA.getApplication(applicationId));
  assert.equal(application.name, 'Login');
  assert.equal(application.configuration.pinAttempts, 3);
  assert.deepEqual(await dataOf(twoFA.getApplications()), [application]);

  const changed = { ...application, name: 'Login and payments' };
  assert.deepEqual(await dataOf(twoFA.updateApplication(applicationId, changed)), changed);
});

test("Infobip's SDK reads, lists and changes a message template", async () => {
  const template = await dataOf(twoFA.getMessageTemplate(applicationId, messageId));
  assert.equal(template.messageText, 'Your code is {{pin}}');
  assert.deepEqual(await dataOf(twoFA.getMessageTemplates(applicationId)), [template]);

  const changed = { ...template, language: 'en' };
  const update = twoFA.updateMessageTemplate(applicationId, messageId, changed);
  assert.deepEqual(await dataOf(update), changed);
});

for (const [lookUp, query, ncStatus] of [
  [undefined, 'ncNeeded=undefined', 'NC_DESTINATION_REACHABLE'],
  [true, 'ncNeeded=true', 'NC_DESTINATION_REACHABLE'],
  [false, 'ncNeeded=false', 'NC_DESTINATION_UNKNOWN'],
]) {
  test(`Infobip's SDK sends a PIN by SMS with ${query}`, async () => {
    const reply = await dataOf(twoFA.sendPINCodeSMS({ applicationId, messageId, to }, lookUp));

    assert.deepEqual(reply, { pinId: lastMessage().id, to, ncStatus, smsStatus: 'MESSAGE_SENT' });
    assert.match(lastMessage().text, /^Your code is \d{6}$/);
    assert.deepEqual(
      [emulator.requests.at(-1).path, emulator.requests.at(-1).query],
      ['/2fa/2/pin/', query],
    );
  });
}

test("Infobip's SDK learns that a PIN is wrong, and then that it is right", async () => {
  const { pinId, pin } = await sentPin();
  const wrong = pin === '000000' ? '111111' : '000000';

  assert.deepEqual(await dataOf(twoFA.verifyPhoneNumber(pinId, { pin: wrong })), {
    ...{ pinId, msisdn: to, verified: false, attemptsRemaining: 2, pinError: 'WRONG_PIN' },
  });
  assert.deepEqual(await dataOf(twoFA.verifyPhoneNumber(pinId, { pin })), {
    ...{ pinId, msisdn: to, verified: true, attemptsRemaining: 2 },
  });
});

test("Infobip's SDK sends the same PIN again by SMS and by phone call", async () => {
  const { pinId, pin } = await sentPin();

  assert.equal((await dataOf(twoFA.resendPINCodeSMS(pinId))).smsStatus, 'MESSAGE_SENT');
  assert.deepEqual([lastMessage().channel, lastMessage().code], ['sms', pin]);
  const call = await dataOf(twoFA.resendPINCodeVoice(pinId));
  assert.deepEqual(call, { pinId, to, callStatus: 'PENDING_ACCEPTED' });
  assert.deepEqual([lastMessage().channel, lastMessage().code], ['call', pin]);
});

test("Infobip's SDK sends a PIN by phone call", async () => {
  const reply = await dataOf(twoFA.sendPINCodeVoice({ applicationId, messageId, to }));

  assert.deepEqual(reply, { pinId: lastMessage().id, to, callStatus: 'PENDING_ACCEPTED' });
});

test("Infobip's SDK learns which PINs of a number were verified", async () => {
  const { pinId, pin } = await sentPin();
  await dataOf(twoFA.verifyPhoneNumber(pinId, { pin }));
  const statuses = async (query) =>
    (await dataOf(twoFA.getVerificationStatus(applicationId, query))).verifications;

  const all = await statuses({ msisdn: to });
  assert.equal(all.at(-1).verified, true);
  assert.deepEqual(
    await statuses({ msisdn: to, verified: true, sent: true }),
    all.filter(({ verified }) => verified),
  );
  assert.deepEqual(await statuses({ msisdn: '41793026728' }), []);
});

test("Infobip's SDK is refused with another key", async () => {
  const sdk = new Infobip({ baseUrl: emulator.url, apiKey: 'wrong', authType: AuthType.ApiKey });
  const error = await sdk.service.twoFA.sendPINCodeSMS({ applicationId, messageId, to });

  assert.equal(error.response.status, 401);
});
