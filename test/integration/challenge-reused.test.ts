import { describe, expect, it } from 'vitest';
import type { Store } from '../../lib/index.js';
import { Sends } from '../../lib/limits/sends.js';
import { MemoryStore } from '../../lib/storage/in-memory.js';
import { startApp } from '../fixtures/app.js';
import { someSubject } from '../fixtures/challenges.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';
import { limitSettings } from '../fixtures/limits.js';
import { failingMemory, someMemory } from '../fixtures/memory.js';

describe('A login that is posted again', () => {
  it('from the same session reuses the live challenge and sends no second SMS', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const again = await alice.login();
    expect(again.body).toMatchObject({ code: 'challenge_sent', challenge: { reused: true } });
    expect(emulator.messages).toHaveLength(1);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('while the first SMS is being sent does not wait, so that the page can be shown', async () => {
    const { browser, emulator } = await startApp();
    const gate = closedGate();
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const arrived = new Promise((resolve) => emulator.once('message', resolve));
    const first = browser()
      .login()
      .then((answer) => answer);
    await arrived;
    const second = await browser().login();
    expect(second.body).toMatchObject({ challenge: { delivery: 'sending', reused: true } });
    gate.open();
    expect((await first).body).toMatchObject({ challenge: { delivery: 'sent', reused: false } });
    expect(emulator.messages).toHaveLength(1);
  });

  it('after the code was entered sends a new SMS at once', async () => {
    const { browser, emulator } = await startApp();
    const first = browser();
    const second = browser();
    await first.login();
    await second.login();
    await first.enter(newestCode(emulator));
    expect((await second.enter(newestCode(emulator))).body.code).toBe('challenge_used');
    expect((await second.login()).body.challenge.reused).toBe(false);
    expect(emulator.messages).toHaveLength(2);
    expect((await second.enter(newestCode(emulator))).status).toBe(200);
  });

  it('after an incorrect code reuses the challenge, and sends no second SMS', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    clock.advance(minute);
    expect((await browser().login()).body.challenge).toMatchObject({
      reused: true,
      attemptsRemaining: 4,
    });
    expect(emulator.messages).toHaveLength(1);
  });

  it('after a cancellation reuses the challenge that followed it, even once the cancellation is forgotten', async () => {
    let forgotten = false;
    const { memory } = await failingMemory();
    const get: Store['get'] = (key) =>
      forgotten && key.includes(':user-epoch:') ? undefined : memory.store.get(key);
    const { browser, emulator, strategy } = await startApp({
      strategy: { ...memory, store: { ...memory.store, get } },
    });
    await browser().login();
    await strategy.cancel(1);
    expect((await browser().login()).body.challenge.reused).toBe(false);
    expect((await browser().login()).body.challenge.reused).toBe(true);
    forgotten = true;
    expect((await browser().login()).body.challenge.reused).toBe(true);
    expect(emulator.messages).toHaveLength(2);
  });

  it('reuses no challenge without attempts, even if that could not be noted', async () => {
    const clock = stopClock();
    const { memory, failWriting } = await failingMemory();
    failWriting(':closed:');
    const { browser, emulator } = await startApp({
      strategy: { ...memory, limits: { attemptsPerChallenge: 2 } },
    });
    const alice = browser();
    await alice.login();
    for (let tried = 0; tried < 2; tried += 1) await alice.enter(wrongCodeFor(emulator));
    expect((await browser().login()).body.code).toBe('resend_too_soon');
    clock.advance(minute);
    expect((await browser().login()).body.challenge.reused).toBe(false);
  });

  it('after the challenge has expired creates a new one', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(5 * minute);
    expect((await alice.login()).body.challenge.reused).toBe(false);
    expect(emulator.messages).toHaveLength(2);
  });

  it('after the attempts are used up creates a new challenge, but not within the cooldown', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    for (let tried = 0; tried < 5; tried += 1) await alice.enter(wrongCodeFor(emulator));
    const tooSoon = await alice.login();
    expect(tooSoon.status).toBe(429);
    expect(tooSoon.body).toMatchObject({ code: 'resend_too_soon', retryAfter: 30 });
    expect(tooSoon.headers['retry-after']).toBe('30');
    clock.advance(30 * second);
    expect((await alice.login()).body.challenge).toMatchObject({ reused: false });
    expect(emulator.messages).toHaveLength(2);
  });

  it("has a first factor of its own age: the first client's expires, the second's does not", async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp({ strategy: { expiresIn: 1800 } });
    const first = browser();
    const second = browser();
    await first.login();
    clock.advance(14 * minute);
    await second.login();
    clock.advance(minute);
    expect((await first.enter(newestCode(emulator))).body.code).toBe('first_factor_expired');
    expect((await second.enter(newestCode(emulator))).status).toBe(200);
    expect(emulator.messages).toHaveLength(1);
  });

  it('creates a new challenge when the live one is older than firstFactorMaxAge', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp({ strategy: { expiresIn: 1800 } });
    await browser().login();
    clock.advance(15 * minute);
    expect((await browser().login()).body.challenge.reused).toBe(false);
    expect(emulator.messages).toHaveLength(2);
  });

  it('by another user creates a challenge of its own', async () => {
    const { browser, emulator } = await startApp();
    await browser().login('alice');
    await browser().login('bob');
    expect(emulator.messages.map(({ to }) => to)).toEqual(['+64211111111', '+64212222222']);
  });

  it('waits for the challenge of the request that holds the send lock, and reuses it', async () => {
    const gate = closedGate();
    const { store, limiter } = await someMemory();
    let looks = 0;
    const slow = Object.assign(new MemoryStore(), {
      get: (key: string) => {
        looks += 1;
        // The third look is the second client's, after it has lost the race.
        if (looks === 3) gate.open();
        return store.get(key);
      },
      set: async (key: string, value: string, ttl: number) => {
        await gate.opened;
        await store.set(key, value, ttl);
      },
    });
    const { browser, emulator } = await startApp({ strategy: { store: slow, limiter } });
    const [first, second] = await Promise.all([browser().login(), browser().login()]);
    expect([first.body.code, second.body.code]).toEqual(['challenge_sent', 'challenge_sent']);
    expect(emulator.messages).toHaveLength(1);
  });

  it('is refused with a waiting time when the holder of the send lock died before writing', async () => {
    stopClock();
    const memory = await someMemory();
    const { browser, emulator, users } = await startApp({ strategy: memory });
    const login = someSubject({ destination: users.alice.mobile ?? '' });
    await new Sends(memory.limiter, limitSettings()).claim(login);
    const told = await browser().login();
    expect(told.body).toMatchObject({ code: 'resend_too_soon', retryAfter: 30 });
    expect(emulator.messages).toHaveLength(0);
  });
});
