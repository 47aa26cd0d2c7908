import { describe, expect, it } from 'vitest';
import { emulate, msisdn, phone, post, put, refusal, send, sentPin, verify } from './client.js';

describe("The Infobip emulator's POST /pin", () => {
  it('accepts a number with a plus sign, and returns it without', async () => {
    const emulator = await emulate();
    const reply = await send(emulator, phone);

    expect(reply.body).toMatchObject({ to: msisdn });
    expect(emulator.messages.at(0)?.to).toBe(phone);
  });

  it("sends from the template's sender unless the request names another", async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    await post(emulator, '/pin', { applicationId, messageId, to: msisdn });
    await post(emulator, '/pin', { applicationId, messageId, to: msisdn, from: 'Shop' });

    expect(emulator.messages.map(({ from }) => from)).toEqual(['Infobip 2FA', 'Shop']);
  });

  it('creates a new PIN with a new id for each request', async () => {
    const emulator = await emulate({ codeLength: 12 });
    const pins = [await sentPin(emulator), await sentPin(emulator)];

    expect(new Set(pins.map(({ id }) => id)).size).toBe(2);
    expect(new Set(pins.map(({ code }) => code)).size).toBe(2);
  });

  it('fills in the PIN and the placeholders wherever the template has them', async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    await put(emulator, `/applications/${applicationId}/messages/${messageId}`, {
      messageText: '{{pin}} {{pin}} for {{shop}} {{other}} {{constructor}}',
    });
    const placeholders = { shop: '{{pin}} & Sons', pin: '0000' };
    await post(emulator, '/pin', { applicationId, messageId, to: msisdn, placeholders });
    const { code, text } = emulator.messages.at(0) ?? {};

    expect(text).toBe(`${code} ${code} for {{pin}} & Sons {{other}} {{constructor}}`);
  });

  it.each([
    ['', 'NC_DESTINATION_REACHABLE'],
    ['?ncNeeded=true', 'NC_DESTINATION_REACHABLE'],
    ['?ncNeeded=undefined', 'NC_DESTINATION_REACHABLE'],
    ['/?ncNeeded=undefined', 'NC_DESTINATION_REACHABLE'],
    ['/?ncNeeded=false', 'NC_DESTINATION_UNKNOWN'],
    ['?ncNeeded=false', 'NC_DESTINATION_UNKNOWN'],
  ])('looks up the number unless ncNeeded is false: %j', async (query, ncStatus) => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const reply = await post(emulator, `/pin${query}`, { applicationId, messageId, to: msisdn });

    expect(reply.body).toMatchObject({ ncStatus, smsStatus: 'MESSAGE_SENT' });
  });

  it.each([
    ['', 'NC_DESTINATION_NOT_REACHABLE'],
    ['?ncNeeded=false', 'NC_DESTINATION_UNKNOWN'],
  ])('replies 200 but sends no SMS to a number that the option refuses: %j', async (query, nc) => {
    const emulator = await emulate({ refuse: (number) => number === phone });
    const { applicationId, messageId } = emulator.account;
    const reply = await post(emulator, `/pin${query}`, { applicationId, messageId, to: msisdn });

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      pinId: expect.any(String),
      to: msisdn,
      ncStatus: nc,
      smsStatus: 'MESSAGE_NOT_SENT',
    });
    expect(emulator.messages).toEqual([]);
    expect((await send(emulator, '41793026728')).body).toMatchObject({ smsStatus: 'MESSAGE_SENT' });
  });

  it('is a 404 when the application or the template does not exist', async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const to = msisdn;

    expect(await post(emulator, '/pin', { applicationId: 'x', messageId, to })).toMatchObject({
      status: 404,
      body: refusal('APPLICATION_NOT_FOUND', 'Application not found'),
    });
    expect(await post(emulator, '/pin', { applicationId, messageId: 'x', to })).toMatchObject({
      status: 404,
      body: refusal('MESSAGE_NOT_FOUND', 'Message template not found'),
    });
  });

  it('is a 403 for an application that is not enabled, as are resend and verify', async () => {
    const emulator = await emulate();
    const { id, code } = await sentPin(emulator);
    await put(emulator, `/applications/${emulator.account.applicationId}`, {
      name: 'Off',
      enabled: false,
    });
    const disabled = { status: 403, body: refusal('FORBIDDEN', 'Application is not enabled') };

    expect(await send(emulator)).toMatchObject(disabled);
    expect(await post(emulator, `/pin/${id}/resend`)).toMatchObject(disabled);
    expect(await post(emulator, `/pin/${id}/verify`, { pin: code })).toMatchObject(disabled);
    expect(emulator.messages).toHaveLength(1);
  });

  it.each([
    ['no number', { to: undefined }, 'to'],
    ['a number that is a number', { to: 41793026727 }, 'to'],
    ['a national number', { to: '0793026727' }, 'to'],
    ['a number with spaces', { to: '41 79 302 67 27' }, 'to'],
    ['a number of 16 digits', { to: '4179302672712345' }, 'to'],
    ['no application', { applicationId: undefined }, 'applicationId'],
    ['no template', { messageId: undefined }, 'messageId'],
    ['a sender that is a number', { from: 22395 }, 'from'],
    ['a placeholder that is not a string', { placeholders: { shop: 1 } }, 'placeholders.shop'],
  ])('refuses %s with a 400 that names the attribute', async (_what, wrong, name) => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const reply = await post(emulator, '/pin', { applicationId, messageId, to: msisdn, ...wrong });

    expect(reply).toMatchObject({ status: 400, body: refusal('BAD_REQUEST', 'Bad Request') });
    expect(reply.body).toHaveProperty(
      ['requestError', 'serviceException', 'validationErrors', name],
      [expect.any(String)],
    );
    expect(emulator.messages).toEqual([]);
  });

  it.each(['yes', 'null', 'Undefined', ''])('refuses the ncNeeded %j', async (ncNeeded) => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const body = { applicationId, messageId, to: msisdn };

    expect((await post(emulator, `/pin?ncNeeded=${ncNeeded}`, body)).status).toBe(400);
    expect(emulator.messages).toEqual([]);
  });
});

describe("The Infobip emulator's POST /pin/{pinId}/resend", () => {
  it('sends the same PIN again, with the same id', async () => {
    const emulator = await emulate();
    const { id, code } = await sentPin(emulator);
    const reply = await post(emulator, `/pin/${id}/resend?ncNeeded=false`);

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      pinId: id,
      to: msisdn,
      ncStatus: 'NC_DESTINATION_UNKNOWN',
      smsStatus: 'MESSAGE_SENT',
    });
    expect(emulator.messages).toHaveLength(2);
    expect(emulator.messages.at(1)).toMatchObject({ to: phone, code, id, from: 'Infobip 2FA' });
  });

  it('fills in the placeholders of its own request', async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const messageText = '{{pin}} {{shop}}';
    await put(emulator, `/applications/${applicationId}/messages/${messageId}`, { messageText });
    const { id, code } = await sentPin(emulator);
    await post(emulator, `/pin/${id}/resend`, { placeholders: { shop: 'Sons' } });

    expect(emulator.messages.map(({ text }) => text)).toEqual([`${code} {{shop}}`, `${code} Sons`]);
  });

  it('is a 404 when the PIN does not exist', async () => {
    const emulator = await emulate();

    expect(await post(emulator, '/pin/0933F3BC087D2A617AC6DCB2EF5B8A61/resend')).toMatchObject({
      status: 404,
      body: refusal('PIN_NOT_FOUND', 'Pin not found'),
    });
  });
});

describe("The Infobip emulator's POST /pin/voice", () => {
  it('calls with a new PIN, which can be verified', async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const reply = await post(emulator, '/pin/voice', { applicationId, messageId, to: msisdn });
    const { channel, to, text, code, id } = emulator.messages.at(0) ?? {};

    expect(reply).toMatchObject({
      status: 200,
      body: { pinId: id, to: msisdn, callStatus: 'PENDING_ACCEPTED' },
    });
    expect([channel, to, text]).toEqual(['call', phone, `Your pin is ${code}`]);
    expect((await verify(emulator, String(id), String(code))).body).toMatchObject({
      verified: true,
    });
  });

  it('reaches a number that gets no SMS, and counts towards the same limits', async () => {
    const emulator = await emulate({
      refuse: () => true,
      configuration: { sendPinPerPhoneNumberLimit: '2/1d' },
    });
    const { applicationId, messageId } = emulator.account;
    const body = { applicationId, messageId, to: msisdn };
    await send(emulator);

    expect((await post(emulator, '/pin/voice', body)).status).toBe(200);
    expect(emulator.messages).toHaveLength(1);
    expect((await post(emulator, '/pin/voice', body)).status).toBe(429);
  });
});

describe("The Infobip emulator's POST /pin/{pinId}/resend/voice", () => {
  it('calls with the same PIN and the placeholders of the request', async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    await put(emulator, `/applications/${applicationId}/messages/${messageId}`, {
      messageText: '{{shop}}: {{pin}}',
    });
    const { id, code } = await sentPin(emulator);
    await post(emulator, `/pin/${id}/resend/voice`, { placeholders: { shop: 'ACME' } });

    expect(emulator.messages.at(1)).toMatchObject({
      channel: 'call',
      code,
      id,
      text: `ACME: ${code}`,
    });
  });

  it('is a 404 for a PIN that does not exist', async () => {
    expect((await post(await emulate(), '/pin/AAAA/resend/voice')).status).toBe(404);
  });
});
