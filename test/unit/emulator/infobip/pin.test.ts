import { describe, expect, it } from 'vitest';
import { wrong } from '../modica/client.js';
import { emulate, msisdn, post, put, refusal, sentPin, verify } from './client.js';

/** A limit that no test reaches. */
const configuration = { verifyPinLimit: '1000/1ms' };

describe("The Infobip emulator's POST /pin/{pinId}/verify", () => {
  it('verifies the correct PIN', async () => {
    const emulator = await emulate();
    const { id, code } = await sentPin(emulator);
    const reply = await verify(emulator, id, code);

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      pinId: id,
      msisdn,
      verified: true,
      attemptsRemaining: 10,
    });
  });

  it('verifies the PIN again by default', async () => {
    const emulator = await emulate({ configuration });
    const { id, code } = await sentPin(emulator);
    await verify(emulator, id, code);

    expect((await verify(emulator, id, code)).body).toMatchObject({ verified: true });
  });

  it('verifies the PIN only once when multiple verifications are not allowed', async () => {
    const emulator = await emulate({
      configuration: { ...configuration, allowMultiplePinVerifications: false },
    });
    const { id, code } = await sentPin(emulator);
    const first = await verify(emulator, id, code);
    const second = await verify(emulator, id, code);

    expect(first.body).toMatchObject({ verified: true, attemptsRemaining: 0 });
    expect(second).toMatchObject({
      status: 200,
      body: { verified: false, attemptsRemaining: 0, pinError: 'NO_MORE_PIN_ATTEMPTS' },
    });
  });

  it('counts wrong attempts until none are left, not even for the correct PIN', async () => {
    const emulator = await emulate({ configuration: { ...configuration, pinAttempts: 2 } });
    const { id, code } = await sentPin(emulator);
    const bodies = [];
    for (const pin of [wrong(code), wrong(code), wrong(code), code]) {
      bodies.push((await verify(emulator, id, pin)).body);
    }

    expect(bodies).toMatchObject([
      { verified: false, attemptsRemaining: 1, pinError: 'WRONG_PIN' },
      { verified: false, attemptsRemaining: 0, pinError: 'WRONG_PIN' },
      { verified: false, attemptsRemaining: 0, pinError: 'NO_MORE_PIN_ATTEMPTS' },
      { verified: false, attemptsRemaining: 0, pinError: 'NO_MORE_PIN_ATTEMPTS' },
    ]);
  });

  it('does not restore attempts when the PIN is sent again', async () => {
    const emulator = await emulate({ configuration });
    const { id, code } = await sentPin(emulator);
    await verify(emulator, id, wrong(code));
    await post(emulator, `/pin/${id}/resend`);

    expect((await verify(emulator, id, wrong(code))).body).toMatchObject({ attemptsRemaining: 8 });
  });

  it('never has fewer than zero attempts remaining when the limit is lowered', async () => {
    const emulator = await emulate({ configuration });
    const { id, code } = await sentPin(emulator);
    for (let attempt = 1; attempt <= 3; attempt += 1) await verify(emulator, id, wrong(code));
    await put(emulator, `/applications/${emulator.account.applicationId}`, {
      name: 'Strict',
      configuration: { ...configuration, pinAttempts: 1 },
    });

    expect((await verify(emulator, id, code)).body).toMatchObject({
      attemptsRemaining: 0,
      pinError: 'NO_MORE_PIN_ATTEMPTS',
    });
  });

  it('verifies a PIN until one millisecond before it expires, even if it was sent again later', async () => {
    let now = 0;
    const emulator = await emulate({ configuration, now: () => now });
    const { id, code } = await sentPin(emulator);
    now = 899_999;
    await post(emulator, `/pin/${id}/resend`);
    expect((await verify(emulator, id, code)).body).toMatchObject({ verified: true });
    now = 900_000;
    expect((await verify(emulator, id, code)).body).toEqual({
      pinId: id,
      msisdn,
      verified: false,
      attemptsRemaining: 10,
      pinError: 'TTL_EXPIRED',
    });
  });

  it('is a 404 when the PIN does not exist', async () => {
    const emulator = await emulate();

    expect(await verify(emulator, 'x', '1598')).toMatchObject({
      status: 404,
      body: refusal('PIN_NOT_FOUND', 'Pin not found'),
    });
  });

  it.each([
    ['no PIN', {}],
    ['a PIN that is a number', { pin: 1598 }],
  ])('refuses %s with 400', async (_what, body) => {
    const emulator = await emulate();
    const { id } = await sentPin(emulator);

    expect(await post(emulator, `/pin/${id}/verify`, body)).toMatchObject({
      status: 400,
      body: {
        requestError: {
          serviceException: { validationErrors: { pin: [expect.stringContaining('string')] } },
        },
      },
    });
  });
});

describe('A PIN of the Infobip emulator', () => {
  it.each([
    ['NUMERIC', /^[0-9]{32}$/],
    ['ALPHA', /^[A-Z]{32}$/],
    ['HEX', /^[0-9A-F]{32}$/],
    ['ALPHANUMERIC', /^[0-9A-Z]{32}$/],
  ])(
    'of type %s has the characters of its type and the length of the template',
    async (pinType, form) => {
      const emulator = await emulate();
      const { applicationId, messageId } = emulator.account;
      const template = `/applications/${applicationId}/messages/${messageId}`;
      await put(emulator, template, { pinType, pinLength: 32 });

      expect((await sentPin(emulator)).code).toMatch(form);
    },
  );
});
