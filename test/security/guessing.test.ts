import { describe, expect, it } from 'vitest';
import { type App, startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';

/** Spends the five attempts of a new challenge. */
async function failFiveTimes({ browser, emulator }: App) {
  const each = browser();
  await each.login();
  for (let tried = 0; tried < 5; tried += 1) await each.enter(wrongCodeFor(emulator));
}

describe('A guessing attack', () => {
  it('A1: gets five of fifty parallel codes to the provider', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const wrong = wrongCodeFor(emulator);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => alice.enter(wrong).then(({ body }) => body.code)),
    );
    expect(checks(emulator)).toBe(5);
    expect(answers.filter((code) => code === 'code_incorrect')).toHaveLength(5);
    expect(answers.filter((code) => code === 'too_many_attempts')).toHaveLength(45);
  });

  it('A1: is refused even the correct code once the attempts are used up', async () => {
    const app = await startApp();
    const alice = app.browser();
    await alice.login();
    const code = newestCode(app.emulator);
    for (let tried = 0; tried < 5; tried += 1) await alice.enter(wrongCodeFor(app.emulator));
    const refused = await alice.enter(code);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 'too_many_attempts', attemptsRemaining: 0 });
    expect(checks(app.emulator)).toBe(5);
  });

  it('A4: gains no guesses from new challenges in new sessions: after ten the user is locked', async () => {
    const clock = stopClock();
    const app = await startApp();
    await failFiveTimes(app);
    clock.advance(31 * second);
    await failFiveTimes(app);
    clock.advance(31 * second);
    const locked = await app.browser().login();
    expect(locked.status).toBe(429);
    expect(locked.body).toMatchObject({ code: 'user_locked', retryAfter: 869 });
    expect(app.emulator.messages).toHaveLength(2);
    expect(checks(app.emulator)).toBe(10);
  });

  it('A4: is stopped by a lock on existing challenges too', async () => {
    const clock = stopClock();
    const app = await startApp({ strategy: { limits: { failuresPerUser: 3 } } });
    const alice = app.browser();
    await alice.login();
    const code = newestCode(app.emulator);
    for (let tried = 0; tried < 3; tried += 1) await alice.enter(wrongCodeFor(app.emulator));
    expect((await alice.enter(code)).body).toMatchObject({ code: 'user_locked', retryAfter: 900 });
    clock.advance(4 * minute);
    expect((await alice.enter(code)).body).toMatchObject({ code: 'user_locked', retryAfter: 660 });
    expect(checks(app.emulator)).toBe(3);
  });

  it('A5: uses up an attempt of the challenge when the answer is lost', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    for (let lost = 0; lost < 5; lost += 1) {
      emulator.overrideNextReply({ path: '/responses', reply: 'lost', processed: true });
      expect((await alice.enter(wrongCodeFor(emulator))).body.code).toBe(
        'provider_outcome_unknown',
      );
    }
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('too_many_attempts');
    expect(checks(emulator)).toBe(5);
  });

  it("A6: gains nothing from another user's success, which clears only that user's failures", async () => {
    const clock = stopClock();
    const app = await startApp({ strategy: { limits: { failuresPerUser: 6 } } });
    const { browser, emulator } = app;
    await failFiveTimes(app);
    clock.advance(31 * second);
    const bob = browser();
    await bob.login('bob');
    await bob.enter(newestCode(emulator));
    const alice = browser();
    await alice.login();
    expect((await alice.enter(wrongCodeFor(emulator))).body.code).toBe('code_incorrect');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('user_locked');
  });

  it.each([
    ['to the number', 'bob'],
    ['for the user', 'alice'],
  ])('A6: gets no sends back after a success, %s', async (_whose, next) => {
    const { browser, emulator, users } = await startApp({
      strategy: { limits: { sendsPerHour: 2 } },
    });
    const alice = browser();
    for (let sent = 0; sent < 2; sent += 1) {
      await alice.login('alice');
      await alice.enter(newestCode(emulator));
      await alice.post('/logout');
    }
    if (next === 'bob') users.bob.mobile = users.alice.mobile;
    else users.alice.mobile = '+64213333333';
    expect((await alice.login(next)).body.code).toBe('send_limit_reached');
    expect(emulator.messages).toHaveLength(2);
  });

  it('A26: is locked after a hundred failures without a success, however slow, until the app unlocks the user', async () => {
    const clock = stopClock();
    const app = await startApp({
      strategy: { limits: { failuresPerUser: 10, sendsPerHour: 1000 } },
    });
    for (let wave = 0; wave < 20; wave += 1) {
      await failFiveTimes(app);
      // Never ten in a window: the patient guesser is never locked for a while.
      clock.advance(16 * minute);
    }
    expect(checks(app.emulator)).toBe(100);
    clock.advance(365 * 24 * 60 * minute);
    const locked = await app.browser().login();
    expect(locked.body).toMatchObject({ code: 'user_locked' });
    expect(locked.body).not.toHaveProperty('retryAfter');

    await app.strategy.unlock(app.users.alice.id);
    const alice = app.browser();
    await alice.login();
    expect((await alice.enter(newestCode(app.emulator))).status).toBe(200);
  });

  it('meets locks that double until a success', async () => {
    const clock = stopClock();
    const app = await startApp({
      strategy: { limits: { failuresPerUser: 5, sendsPerHour: 1000 } },
    });
    const lockedFor = async () => (await app.browser().login()).body.retryAfter / 60;
    await failFiveTimes(app);
    expect(await lockedFor()).toBe(15);
    clock.advance(15 * minute);
    await failFiveTimes(app);
    expect(await lockedFor()).toBe(30);
    clock.advance(30 * minute);
    const alice = app.browser();
    await alice.login();
    await alice.enter(newestCode(app.emulator));
    await failFiveTimes(app);
    expect(await lockedFor()).toBe(15);
  });

  it('ends for the user with unlock, which also gives back the sends of the hour', async () => {
    const clock = stopClock();
    const app = await startApp({ strategy: { limits: { sendsPerHour: 1 } } });
    const alice = app.browser();
    await alice.login();
    clock.advance(6 * minute);
    app.users.alice.mobile = '+64213333333';
    expect((await alice.login()).body.code).toBe('send_limit_reached');
    await app.strategy.unlock(app.users.alice.id);
    expect((await alice.login()).body.code).toBe('challenge_sent');
  });
});
