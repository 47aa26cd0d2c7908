import { describe, expect, it } from 'vitest';
import { inMemory } from '../../lib/index.js';
import { MemoryStore } from '../../lib/storage/in-memory.js';
import { startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';

/** A storage that records the reads and writes of its store, and can hold the writes back. */
function watchedMemory() {
  const store = new MemoryStore();
  const { get, set } = store;
  let gate = closedGate();
  gate.open();
  let looksLeft = 0;
  const watched = {
    ...inMemory(),
    looks: 0,
    kept: [] as { readonly key: string; readonly ttl: number }[],
    /** Holds all writes back until logins have looked for a live challenge so many times. */
    holdWrites: (looks: number) => {
      gate = closedGate();
      looksLeft = looks;
    },
    store: Object.assign(store, {
      get: (key: string) => {
        watched.looks += 1;
        if (key.includes(':live:')) looksLeft -= 1;
        if (looksLeft === 0) gate.open();
        return get.call(store, key);
      },
      set: async (key: string, value: string, ttl: number) => {
        watched.kept.push({ key, ttl });
        await gate.opened;
        set.call(store, key, value, ttl);
      },
    }),
  };
  return watched;
}

describe('A first code', () => {
  it('writes its live reference once', async () => {
    const { store, limiter, kept } = watchedMemory();
    const { browser } = await startApp({ strategy: { store, limiter } });
    expect((await browser().login()).body.code).toBe('challenge_sent');
    expect(kept.filter(({ key }) => key.includes(':live:'))).toHaveLength(1);
  });
});

describe('A login that lost the race for the send lock', () => {
  it('waits for the challenge as long as a slow store may take to write it', async () => {
    const { store, limiter, holdWrites } = watchedMemory();
    const { browser, emulator } = await startApp({ strategy: { store, limiter } });
    // One look of each before the race, and three of the one that lost it.
    holdWrites(5);
    const [first, second] = await Promise.all([browser().login(), browser().login()]);
    expect([first.body.code, second.body.code]).toEqual(['challenge_sent', 'challenge_sent']);
    expect(emulator.messages).toHaveLength(1);
  });

  it.each([
    ['has just entered a correct code', newestCode],
    ['has no attempts left on the last one', wrongCodeFor],
  ] as const)('waits for the new challenge of a user who %s', async (_why, code) => {
    const clock = stopClock();
    const { store, limiter, holdWrites } = watchedMemory();
    const strategy = { store, limiter, limits: { attemptsPerChallenge: 1 } };
    const { browser, emulator } = await startApp({ strategy });
    const alice = browser();
    await alice.login();
    await alice.enter(code(emulator));
    clock.advance(30 * second);
    // One look of each before the race, and two of the one that lost it.
    holdWrites(4);
    const answers = await Promise.all([browser().login(), browser().login()]);
    expect(answers.map(({ body }) => body.code)).toEqual(['challenge_sent', 'challenge_sent']);
    expect(emulator.messages).toHaveLength(2);
  });

  it('does not wait while the send lock is that of a challenge without attempts left', async () => {
    const memory = watchedMemory();
    const { store, limiter } = memory;
    const strategy = { store, limiter, limits: { attemptsPerChallenge: 1 } };
    const { browser, emulator } = await startApp({ strategy });
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    memory.looks = 0;
    expect((await alice.login()).body.code).toBe('resend_too_soon');
    // Before the race the user's epoch and list, what this client holds, and the subject's two records;
    // after it the last two once more, and the challenge.
    expect(memory.looks).toBe(8);
  });
});

describe('The first factor of a client that reuses a challenge', () => {
  it('is stored beyond its maximum age, so that its expiry can be reported', async () => {
    const memory = watchedMemory();
    const { store, limiter } = memory;
    const { browser } = await startApp({ strategy: { store, limiter } });
    await browser().login();
    memory.kept = [];
    await browser().login();
    expect(memory.kept).toEqual([
      { key: expect.stringContaining(':first-factor:'), ttl: 2 * 15 * minute },
    ]);
  });
});

describe('A challenge', () => {
  it('is stored until it expires, and then as long as it can be resent', async () => {
    stopClock();
    const memory = watchedMemory();
    const { store, limiter } = memory;
    const { browser } = await startApp({ strategy: { store, limiter } });
    await browser().login();
    const challenges = memory.kept.filter(({ key }) => key.includes(':challenge:'));
    expect(challenges.map(({ ttl }) => ttl)).toEqual([20 * minute, 20 * minute]);
  });
});
