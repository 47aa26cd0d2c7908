import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';

describe('F1: the answer is lost after Modica got the request', () => {
  it('of a challenge: one wire request, a typed error, and no second SMS by logging in again', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    const lost = await alice.login();
    expect(lost.status).toBe(504);
    expect(lost.body.code).toBe('provider_outcome_unknown');
    expect(emulator.requests).toHaveLength(1);
    expect((await alice.login()).body).toMatchObject({
      code: 'challenge_sent',
      challenge: { delivery: 'unknown', reused: true },
    });
    expect(emulator.messages).toHaveLength(1);
  });

  it('of a challenge: the code page and the resend go on', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await alice.login();
    expect((await alice.get('/login/code')).body).toMatchObject({ delivery: 'unknown' });
    const unconfirmed = await alice.enter(newestCode(emulator));
    expect(unconfirmed.status).toBe(401);
    expect(unconfirmed.body.code).toBe('delivery_unknown');
    expect(checks(emulator)).toBe(0);
    clock.advance(30 * second);
    expect((await alice.resend()).body.challenge.delivery).toBe('sent');
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('of a challenge that was refused with a server error: the same', async () => {
    const { browser, emulator } = await startApp();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: true,
      status: 503,
      headers: { 'retry-after': '7' },
    });
    const answer = await browser().login();
    expect(answer.status).toBe(504);
    expect(answer.headers['retry-after']).toBe('7');
    expect((await browser().login()).body.challenge.reused).toBe(true);
    expect(emulator.messages).toHaveLength(1);
  });

  it('of a response: one wire request, the attempt is spent, the right code still logs in', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    emulator.overrideNextReply({ path: '/responses', reply: 'lost', processed: true });
    const lost = await alice.enter(newestCode(emulator));
    expect(lost.status).toBe(504);
    expect(checks(emulator)).toBe(1);
    expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(4);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('of many responses: an outage locks nobody out', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp({ strategy: { limits: { sendsPerHour: 100 } } });
    for (let wave = 0; wave < 3; wave += 1) {
      const alice = browser();
      await alice.login();
      for (let tried = 0; tried < 5; tried += 1) {
        emulator.overrideNextReply({
          path: '/responses',
          reply: 'replaced',
          processed: false,
          status: 502,
        });
        await alice.enter(wrongCodeFor(emulator));
      }
      clock.advance(31 * second);
    }
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });
});

describe('F2: Modica cannot be reached', () => {
  it('for a challenge: a typed error, and the login can be tried again at once', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    const port = Number(new URL(emulator.url).port);
    await emulator.stop();
    const refused = await alice.login();
    expect(refused.status).toBe(503);
    expect(refused.body.code).toBe('provider_unavailable');
    expect((await alice.get('/login/code')).body).toBeNull();
    await emulator.start(port);
    expect((await alice.login()).body).toMatchObject({ challenge: { reused: false } });
    expect(emulator.messages).toHaveLength(1);
  });

  it('for a response: the attempt is taken back', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const port = Number(new URL(emulator.url).port);
    await emulator.stop();
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('provider_unavailable');
    await emulator.start(port);
    expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(5);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('the sends of the hour are taken back', async () => {
    const { browser, emulator } = await startApp({
      strategy: { limits: { sendsPerHour: 1 } },
    });
    const port = Number(new URL(emulator.url).port);
    await emulator.stop();
    expect((await browser().login()).status).toBe(503);
    await emulator.start(port);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });
});

describe("F5: Modica refuses the app's credentials", () => {
  it("is an operator's error, not the user's 401, and the next login sends", async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 401 });
    const refused = await alice.login();
    expect(refused.status).toBe(500);
    expect(refused.body.code).toBe('provider_credentials_refused');
    await alice.login();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 401 });
    expect((await alice.enter(newestCode(emulator))).status).toBe(500);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });
});

describe('What Modica itself refuses', () => {
  it('a number it cannot text is the user’s matter: 422, and another number can be tried at once', async () => {
    const sendErrorVerdicts = { invalid_attrib: 'number' } as const;
    const { browser, emulator, users } = await startApp({ strategy: { sendErrorVerdicts } });
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 400,
      body: '{"error":"invalid_attrib"}',
    });
    const refused = await browser().login();
    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('destination_unusable');
    users.alice.mobile = '+64213333333';
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });

  it.each([
    ['a word that nobody mapped', 'mask_not_provisioned', 503, 'code_not_sent'],
    ['the limit of the account', 'broadcast_limit', 500, 'provider_credentials_refused'],
  ])(
    'F16: %s is never the number’s fault, and counts for nothing',
    async (_what, word, status, code) => {
      const { browser, emulator } = await startApp({ strategy: { limits: { sendsPerHour: 1 } } });
      for (let times = 0; times < 3; times += 1) {
        emulator.overrideNextReply({
          reply: 'replaced',
          processed: false,
          status: 400,
          body: JSON.stringify({ error: word }),
        });
        const refused = await browser().login();
        expect([refused.status, refused.body.code]).toEqual([status, code]);
        expect(refused.text).not.toMatch(/number/i);
      }
      expect((await browser().login()).body.code).toBe('challenge_sent');
    },
  );

  it('too many requests of the whole app: 429 with its own Retry-After, and not at once again', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 429,
      headers: { 'retry-after': '12' },
    });
    const refused = await browser().login();
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 'send_limit_reached', retryAfter: 12 });
    expect((await browser().login()).body.code).toBe('resend_too_soon');
    expect(emulator.requests).toHaveLength(1);
    clock.advance(30 * second);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });

  it.each([
    ['gone', 'expired', 'challenge_expired', 401],
    ['twice', 'used', 'challenge_used', 401],
    ['enough', 'exhausted', 'too_many_attempts', 429],
    ['nope', 'rejected', 'code_incorrect', 401],
  ] as const)('the word "%s", mapped to %s, ends in %s', async (word, verdict, code, status) => {
    const { browser, emulator } = await startApp({
      strategy: { errorVerdicts: { [word]: verdict }, statusVerdicts: { [word]: verdict } },
    });
    const alice = browser();
    await alice.login();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 400,
      body: `{"error":"${word}"}`,
    });
    const byError = await alice.enter(newestCode(emulator));
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 201,
      body: `{"status":"${word}"}`,
    });
    const byStatus = await alice.enter(newestCode(emulator));
    expect([byError.body.code, byStatus.body.code]).toEqual([code, code]);
    expect([byError.status, byStatus.status]).toEqual([status, status]);
  });
});
