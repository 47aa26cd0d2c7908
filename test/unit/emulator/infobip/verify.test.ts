import { describe, expect, it } from 'vitest';
import { wrong } from '../client.js';
import { emulate, msisdn, post, put, refusal, send, sentPin, verify } from './client.js';

/** So often that no test waits for it. */
const configuration = { verifyPinLimit: '1000/1ms' };

describe('POST /pin/{pinId}/verify', () => {
  it('verifies the right PIN', async () => {
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

  it('verifies it again and again, as applications do by default', async () => {
    const emulator = await emulate({ configuration });
    const { id, code } = await sentPin(emulator);
    await verify(emulator, id, code);

    expect((await verify(emulator, id, code)).body).toMatchObject({ verified: true });
  });

  it('verifies it once where only that is allowed', async () => {
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

  it('counts wrong PINs until there are no more attempts, for the right one either', async () => {
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

  it('does not give attempts back when the PIN is sent again', async () => {
    const emulator = await emulate({ configuration });
    const { id, code } = await sentPin(emulator);
    await verify(emulator, id, wrong(code));
    await post(emulator, `/pin/${id}/resend`);

    expect((await verify(emulator, id, wrong(code))).body).toMatchObject({ attemptsRemaining: 8 });
  });

  it('never has fewer than no attempts, whatever the application becomes', async () => {
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

  it('verifies until the millisecond before the PIN expires, however late it was sent again', async () => {
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

  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['m', 60_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
  ])('reads a time to live of %s', async (pinTimeToLive, length) => {
    let now = 0;
    const emulator = await emulate({
      configuration: { ...configuration, pinTimeToLive },
      now: () => now,
    });
    const { id, code } = await sentPin(emulator);
    now = length - 1;
    expect((await verify(emulator, id, code)).body).toMatchObject({ verified: true });
    now = length;
    expect((await verify(emulator, id, code)).body).toMatchObject({ pinError: 'TTL_EXPIRED' });
  });

  it('takes one try in three seconds per phone, and refuses what comes sooner unread', async () => {
    let now = 0;
    const emulator = await emulate({ now: () => now });
    const { id, code } = await sentPin(emulator);
    const other = await sentPin(emulator);
    await verify(emulator, id, wrong(code));
    now = 2999;
    const soon = await verify(emulator, id, wrong(code));

    expect(soon).toMatchObject({
      status: 429,
      body: refusal('TOO_MANY_REQUESTS', 'Too many requests'),
    });
    expect((await verify(emulator, other.id, other.code)).status).toBe(429);
    now = 3000;
    expect((await verify(emulator, id, wrong(code))).body).toMatchObject({ attemptsRemaining: 8 });
  });

  it('does not let one phone hold up another', async () => {
    const emulator = await emulate();
    const { id, code } = await sentPin(emulator);
    await send(emulator, '41793026728');
    const other = emulator.messages.at(-1);
    await verify(emulator, id, code);

    expect((await verify(emulator, String(other?.id), String(other?.code))).body).toMatchObject({
      msisdn: '41793026728',
      verified: true,
    });
  });

  it('does not know a PIN that was not made', async () => {
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
