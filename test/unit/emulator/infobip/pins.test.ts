import { describe, expect, it } from 'vitest';
import {
  emulate,
  get,
  msisdn,
  phone,
  post,
  put,
  refusal,
  send,
  sentPin,
  verify,
} from './client.js';

const tooMany = refusal('TOO_MANY_REQUESTS', 'Too many requests');

describe('POST /pin', () => {
  it('takes a number with a + as well, and gives it back without', async () => {
    const emulator = await emulate();
    const reply = await send(emulator, phone);

    expect(reply.body).toMatchObject({ to: msisdn });
    expect(emulator.messages.at(0)?.to).toBe(phone);
  });

  it("has the template's sender unless it names another", async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    await post(emulator, '/pin', { applicationId, messageId, to: msisdn });
    await post(emulator, '/pin', { applicationId, messageId, to: msisdn, from: 'Shop' });

    expect(emulator.messages.map(({ from }) => from)).toEqual(['Infobip 2FA', 'Shop']);
  });

  it('makes every PIN anew, with an id of its own', async () => {
    const emulator = await emulate({ codeLength: 12 });
    const pins = [await sentPin(emulator), await sentPin(emulator)];

    expect(new Set(pins.map(({ id }) => id)).size).toBe(2);
    expect(new Set(pins.map(({ code }) => code)).size).toBe(2);
  });

  it.each([
    ['NUMERIC', /^[0-9]{32}$/],
    ['ALPHA', /^[A-Z]{32}$/],
    ['HEX', /^[0-9A-F]{32}$/],
    ['ALPHANUMERIC', /^[0-9A-Z]{32}$/],
  ])('makes %s PINs as long as the template says', async (pinType, form) => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const template = `/applications/${applicationId}/messages/${messageId}`;
    await put(emulator, template, { pinType, pinLength: 32 });

    expect((await sentPin(emulator)).code).toMatch(form);
  });

  it('writes the PIN and the placeholders wherever the template has them', async () => {
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
    ['?ncNeeded=false', 'NC_DESTINATION_UNKNOWN'],
  ])('looks up the number unless told not to: %j', async (query, ncStatus) => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const reply = await post(emulator, `/pin${query}`, { applicationId, messageId, to: msisdn });

    expect(reply.body).toMatchObject({ ncStatus, smsStatus: 'MESSAGE_SENT' });
  });

  it.each([
    ['', 'NC_DESTINATION_NOT_REACHABLE'],
    ['?ncNeeded=false', 'NC_DESTINATION_UNKNOWN'],
  ])('answers 200 although it sends nothing to a phone that is refused: %j', async (query, nc) => {
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

  it('sends three PINs a day to a phone number, and then 429', async () => {
    let now = 0;
    const emulator = await emulate({ now: () => now });
    for (const to of [msisdn, phone, msisdn]) expect((await send(emulator, to)).status).toBe(200);
    now = 86_399_999;
    const fourth = await send(emulator);

    expect(fourth).toMatchObject({ status: 429, body: tooMany });
    expect(emulator.messages).toHaveLength(3);
    expect((await send(emulator, '41793026728')).status).toBe(200);
    now = 86_400_000;
    expect((await send(emulator)).status).toBe(200);
  });

  it('sends as many PINs as the application may, whoever to', async () => {
    const configuration = { sendPinPerApplicationLimit: '1/500ms' };
    let now = 0;
    const emulator = await emulate({ configuration, now: () => now });
    expect((await send(emulator)).status).toBe(200);
    expect((await send(emulator, '41793026728')).status).toBe(429);
    now = 500;
    expect((await send(emulator, '41793026728')).status).toBe(200);
  });

  it('counts for each application by itself', async () => {
    const limits = { sendPinPerApplicationLimit: '1/1d', verifyPinLimit: '1/1d' };
    const emulator = await emulate({ configuration: limits });
    const { id, code } = await sentPin(emulator);
    await verify(emulator, id, code);
    const name = 'Other';
    const other = Object((await post(emulator, '/applications', { name })).body).applicationId;
    const text = { messageText: '{{pin}}', pinType: 'NUMERIC' };
    const made = Object((await post(emulator, `/applications/${other}/messages`, text)).body);
    const body = { applicationId: other, messageId: made.messageId, to: msisdn };
    const sends = async () => (await post(emulator, '/pin', body)).status;

    expect([await sends(), await sends(), await sends(), await sends()]).toEqual([
      200, 200, 200, 429,
    ]);
    const message = emulator.messages.at(-1);
    expect((await verify(emulator, String(message?.id), String(message?.code))).status).toBe(200);
    expect((await send(emulator)).status).toBe(429);
  });

  it('does not know applications and templates that were not made', async () => {
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

  it('knows nothing when it started bare', async () => {
    const emulator = await emulate({ preconfigured: false });

    expect((await get(emulator, '/applications')).body).toEqual([]);
    expect((await send(emulator)).status).toBe(404);
  });

  it('sends nothing for an application that is not enabled', async () => {
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
    ['16 digits', { to: '4179302672712345' }, 'to'],
    ['no application', { applicationId: undefined }, 'applicationId'],
    ['no template', { messageId: undefined }, 'messageId'],
    ['a sender that is a number', { from: 22395 }, 'from'],
    ['placeholders that are no texts', { placeholders: { shop: 1 } }, 'placeholders.shop'],
  ])('refuses %s with 400, and names the attribute', async (_what, wrong, name) => {
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

  it('refuses a look-up that is neither true nor false', async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const body = { applicationId, messageId, to: msisdn };

    expect((await post(emulator, '/pin?ncNeeded=yes', body)).status).toBe(400);
    expect(emulator.messages).toEqual([]);
  });
});

describe('POST /pin/{pinId}/resend', () => {
  it('sends the same PIN, under the same id', async () => {
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

  it('takes placeholders of its own', async () => {
    const emulator = await emulate();
    const { applicationId, messageId } = emulator.account;
    const messageText = '{{pin}} {{shop}}';
    await put(emulator, `/applications/${applicationId}/messages/${messageId}`, { messageText });
    const { id, code } = await sentPin(emulator);
    await post(emulator, `/pin/${id}/resend`, { placeholders: { shop: 'Sons' } });

    expect(emulator.messages.map(({ text }) => text)).toEqual([`${code} {{shop}}`, `${code} Sons`]);
  });

  it('counts as a message to the phone', async () => {
    const emulator = await emulate();
    const { id } = await sentPin(emulator);
    const statuses = [];
    for (let time = 1; time <= 3; time += 1) {
      statuses.push((await post(emulator, `/pin/${id}/resend`)).status);
    }

    expect(statuses).toEqual([200, 200, 429]);
  });

  it('does not know a PIN that was not made', async () => {
    const emulator = await emulate();

    expect(await post(emulator, '/pin/0933F3BC087D2A617AC6DCB2EF5B8A61/resend')).toMatchObject({
      status: 404,
      body: refusal('PIN_NOT_FOUND', 'Pin not found'),
    });
  });
});
