import { describe, expect, it } from 'vitest';
import { emulate, get, msisdn, post, put, refusal, send } from './client.js';

const defaults = {
  pinAttempts: 10,
  allowMultiplePinVerifications: true,
  pinTimeToLive: '15m',
  verifyPinLimit: '1/3s',
  sendPinPerApplicationLimit: '10000/1d',
  sendPinPerPhoneNumberLimit: '3/1d',
};

const text = { messageText: 'Hello {{pin}}', pinType: 'NUMERIC' };

describe('The preconfigured application of the Infobip emulator', () => {
  it("has Infobip's default configuration except for what the option sets", async () => {
    const emulator = await emulate({ configuration: { pinAttempts: 3 } });
    const { applicationId } = emulator.account;
    const reply = await get(emulator, `/applications/${applicationId}`);

    expect(reply.body).toEqual({
      applicationId,
      name: 'User registration',
      configuration: { ...defaults, pinAttempts: 3 },
      enabled: true,
    });
  });

  it('has a message template with the configured PIN length', async () => {
    const emulator = await emulate({ codeLength: 8 });
    const { applicationId, messageId } = emulator.account;

    expect((await get(emulator, `/applications/${applicationId}/messages`)).body).toEqual([
      {
        messageId,
        applicationId,
        pinPlaceholder: '{{pin}}',
        messageText: 'Your pin is {{pin}}',
        pinType: 'NUMERIC',
        pinLength: 8,
        senderId: 'Infobip 2FA',
      },
    ]);
  });

  it('does not exist when the emulator is not preconfigured', async () => {
    const emulator = await emulate({ preconfigured: false });

    expect((await get(emulator, '/applications')).body).toEqual([]);
    expect((await send(emulator)).status).toBe(404);
  });
});

describe('Applications of the Infobip emulator', () => {
  it("are created with Infobip's default configuration, and listed", async () => {
    const emulator = await emulate({ preconfigured: false });
    const created = await post(emulator, '/applications', { name: 'Login', colour: 'blue' });

    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ name: 'Login', configuration: defaults, enabled: true });
    expect((await get(emulator, '/applications')).body).toEqual([created.body]);
  });

  it('are replaced, with the default for what is left out', async () => {
    const emulator = await emulate({ configuration: { pinAttempts: 3 } });
    const path = `/applications/${emulator.account.applicationId}`;
    const configuration = { sendPinPerPhoneNumberLimit: '1/1d' };
    const reply = await put(emulator, path, { name: 'New', configuration });

    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      name: 'New',
      configuration: { ...defaults, ...configuration },
    });
    expect((await get(emulator, path)).body).toEqual(reply.body);
    expect((await send(emulator)).status).toBe(200);
    expect((await send(emulator)).status).toBe(429);
  });

  it.each([
    ['name', { name: '' }],
    ['enabled', { enabled: 'yes' }],
    ['configuration', { configuration: null }],
    ['configuration.pinAttempts', { configuration: { pinAttempts: 0 } }],
    [
      'configuration.allowMultiplePinVerifications',
      { configuration: { allowMultiplePinVerifications: 1 } },
    ],
    ['configuration.pinTimeToLive', { configuration: { pinTimeToLive: '15 minutes' } }],
    ['configuration.verifyPinLimit', { configuration: { verifyPinLimit: '3s' } }],
    [
      'configuration.sendPinPerApplicationLimit',
      { configuration: { sendPinPerApplicationLimit: '1/1y' } },
    ],
    [
      'configuration.sendPinPerPhoneNumberLimit',
      { configuration: { sendPinPerPhoneNumberLimit: 5 } },
    ],
  ])('are refused with a 400 that names an invalid %s', async (name, wrong) => {
    const emulator = await emulate();
    const reply = await post(emulator, '/applications', { name: 'Login', ...wrong });

    expect(reply.status).toBe(400);
    expect(Object(reply.body).requestError.serviceException).toEqual({
      messageId: 'BAD_REQUEST',
      text: 'Bad Request',
      validationErrors: { [name]: [expect.any(String)] },
    });
  });

  it('are a 404 when they do not exist', async () => {
    const emulator = await emulate();
    const notFound = {
      status: 404,
      body: refusal('APPLICATION_NOT_FOUND', 'Application not found'),
    };

    expect(await get(emulator, '/applications/x')).toMatchObject(notFound);
    expect(await put(emulator, '/applications/x', { name: 'x' })).toMatchObject(notFound);
    expect(await get(emulator, '/applications/x/messages')).toMatchObject(notFound);
    expect(await post(emulator, '/applications/x/messages', text)).toMatchObject(notFound);
  });
});

describe('Message templates of the Infobip emulator', () => {
  it('are created, with four digits by default, and used', async () => {
    const emulator = await emulate();
    const { applicationId } = emulator.account;
    const created = await post(emulator, `/applications/${applicationId}/messages`, text);
    const { messageId } = Object(created.body);
    await post(emulator, '/pin', { applicationId, messageId, to: msisdn });

    expect(created.body).toMatchObject({ ...text, pinLength: 4 });
    expect(emulator.messages.at(0)?.text).toMatch(/^Hello \d{4}$/);
    expect(emulator.messages.at(0)?.from).toBeUndefined();
    const path = `/applications/${applicationId}/messages/${messageId}`;
    expect((await get(emulator, path)).body).toEqual(created.body);
  });

  it('keep what an update leaves out', async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const path = `/applications/${applicationId}/messages/${messageId}`;
    const before = await get(emulator, path);
    const changes = { language: 'en', repeatDTMF: '1#', speechRate: 1, voiceName: 'Joanna' };
    const changed = await put(emulator, path, changes);

    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({ ...Object(before.body), ...changes });
    expect((await get(emulator, path)).body).toEqual(changed.body);
  });

  it.each([
    ['messageText', { messageText: 'Hello' }],
    ['messageText', { messageText: undefined }],
    ['pinType', { pinType: 'ROMAN' }],
    ['pinType', { pinType: undefined }],
    ['pinLength', { pinLength: 0 }],
    ['pinLength', { pinLength: 33 }],
    ['senderId', { senderId: 22395 }],
  ])('are refused with a 400 that names an invalid %s: %j', async (name, wrong) => {
    const emulator = await emulate();
    const path = `/applications/${emulator.account.applicationId}/messages`;
    const reply = await post(emulator, path, { ...text, ...wrong });

    expect(reply.status).toBe(400);
    expect(reply.body).toHaveProperty(
      ['requestError', 'serviceException', 'validationErrors', name],
      [expect.any(String)],
    );
  });

  it('are a 404 in another application', async () => {
    const emulator = await emulate();
    const { messageId } = emulator.account;
    const other = Object((await post(emulator, '/applications', { name: 'Other' })).body);
    const path = `/applications/${other.applicationId}/messages/${messageId}`;
    const notFound = {
      status: 404,
      body: refusal('MESSAGE_NOT_FOUND', 'Message template not found'),
    };

    expect(await get(emulator, path)).toMatchObject(notFound);
    expect(await put(emulator, path, {})).toMatchObject(notFound);
  });
});
