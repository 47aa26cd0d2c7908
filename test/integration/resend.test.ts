import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';

describe('A resend', () => {
  it('sends another code after the cooldown; the newest one counts', async () => {
    const clock = stopClock();
    const { browser, emulator, sessions } = await startApp();
    const alice = browser();
    await alice.login();
    const kept = JSON.stringify(Reflect.get(sessions, 'sessions'));
    clock.advance(30 * second);
    const resent = await alice.resend();
    expect(JSON.stringify(Reflect.get(sessions, 'sessions'))).toBe(kept);
    expect(resent.status).toBe(401);
    expect(resent.body).toMatchObject({ code: 'challenge_sent', challenge: { reused: false } });
    expect(emulator.messages).toHaveLength(2);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('before the cooldown is over is refused, with the time when it is allowed', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(29 * second);
    const refused = await alice.resend();
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.body).toMatchObject({
      code: 'resend_too_soon',
      retryAfter: 1,
      challenge: { destination: '•••••11' },
    });
    expect(emulator.messages).toHaveLength(1);
  });

  it('that a limit refuses leaves the challenge as it was', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp({ strategy: { limits: { sendsPerHour: 1 } } });
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    expect((await alice.resend()).body.code).toBe('send_limit_reached');
    expect((await browser().login()).body.challenge).toMatchObject({ delivery: 'sent' });
    expect((await alice.resend()).body.code).toBe('send_limit_reached');
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('fifty times at once sends one SMS', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    await Promise.all(Array.from({ length: 50 }, () => alice.resend().then((answer) => answer)));
    expect(emulator.messages).toHaveLength(2);
  });

  it('does not give attempts back', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    for (let tried = 0; tried < 4; tried += 1) await alice.enter(wrongCodeFor(emulator));
    clock.advance(30 * second);
    expect((await alice.resend()).body.challenge.attemptsRemaining).toBe(1);
    await alice.enter(wrongCodeFor(emulator));
    clock.advance(30 * second);
    const refused = await alice.resend();
    expect(refused.body).toMatchObject({ code: 'too_many_attempts', attemptsRemaining: 0 });
    expect(emulator.messages).toHaveLength(2);
  });

  it('of an expired challenge is accepted while the first factor is fresh', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(14 * minute);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_expired');
    expect((await alice.resend()).body.code).toBe('challenge_sent');
    clock.advance(minute);
    expect((await alice.resend()).body.code).toBe('first_factor_expired');
  });

  it('with nothing pending is refused and sends nothing', async () => {
    const { browser, emulator } = await startApp();
    expect((await browser().resend()).body.code).toBe('challenge_not_found');
    expect(emulator.messages).toHaveLength(0);
  });

  it('is accepted beside an empty code field, which a form with two buttons posts', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    await alice.post('/login/code', { code: '', resend: '1' });
    expect(emulator.messages).toHaveLength(2);
  });

  it('together with a code is malformed: nothing is sent and nothing is checked', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    const both = await alice.post('/login/code', { code: newestCode(emulator), resend: '1' });
    expect(both.status).toBe(400);
    expect(both.body.code).toBe('code_malformed');
    expect(emulator.requests).toHaveLength(1);
  });

  it('stops at five SMS an hour to one number', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    for (let sent = 0; sent < 5; sent += 1) {
      await alice.login();
      clock.advance(6 * minute);
    }
    const refused = await alice.login();
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 'send_limit_reached', retryAfter: 1800 });
    expect(emulator.messages).toHaveLength(5);
    clock.advance(30 * minute);
    expect((await alice.login()).body.code).toBe('challenge_sent');
  });

  it('of a locked user is refused', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp({ strategy: { limits: { failuresPerUser: 1 } } });
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    clock.advance(30 * second);
    expect((await alice.resend()).body).toMatchObject({ code: 'user_locked', retryAfter: 870 });
    expect(emulator.messages).toHaveLength(1);
  });

  it('whose answer is lost leaves the previous code valid', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const first = newestCode(emulator);
    clock.advance(30 * second);
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    expect((await alice.resend()).body.code).toBe('provider_outcome_unknown');
    expect((await alice.get('/login/code')).body.delivery).toBe('unknown');
    expect((await alice.enter(first)).status).toBe(200);
  });

  it('that never left changes nothing, and can be retried at once', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const first = newestCode(emulator);
    clock.advance(30 * second);
    const port = Number(new URL(emulator.url).port);
    await emulator.stop();
    expect((await alice.resend()).body.code).toBe('provider_unavailable');
    expect((await alice.get('/login/code')).body.delivery).toBe('sent');
    await emulator.start(port);
    expect((await alice.enter(first)).status).toBe(200);
  });
});
