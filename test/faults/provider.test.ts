import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';

describe('F1: when the answer is lost after Modica got the request', () => {
  it('a challenge makes one HTTP request and a typed error, and another login sends no second SMS', async () => {
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

  it('the code page and the resend of a challenge still work', async () => {
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

  it('a code that may have been sent is refused as expired in its time', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await alice.login();
    clock.advance(5 * minute);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_expired');
  });

  it('the same holds for a challenge that got a server error', async () => {
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

  it('a response makes one HTTP request and uses an attempt, and the correct code still logs in', async () => {
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

  it('an outage during many responses locks no one out', async () => {
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

describe('F2: when Modica cannot be reached', () => {
  it('a challenge ends in a typed error, and the login can be retried at once', async () => {
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

  it('the attempt of a response is given back', async () => {
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

  it("the hour's sends are given back", async () => {
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

describe("F5: when Modica refuses the app's credentials", () => {
  it("the login ends in an operator's error, not in the user's 401, and the next login sends", async () => {
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

describe('When Modica itself refuses', () => {
  it('a number, the user gets a 422 and can try another number at once', async () => {
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

  it("the app's requests as too many, the user gets a 429 with its Retry-After and cannot retry at once", async () => {
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
  ] as const)(
    'with the word "%s", mapped to %s, the login ends in %s',
    async (word, verdict, code, status) => {
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
    },
  );
});
