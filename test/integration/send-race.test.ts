import { describe, expect, it } from 'vitest';
import { inMemory } from '../../lib/index.js';
import { MemoryStore } from '../../lib/storage/in-memory.js';
import { startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { wrongCodeFor } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';

/** A storage that records the reads of its store, and can delay a write until a number of reads. */
function watchedMemory(slowUntil = 0) {
  const { opened, open } = closedGate();
  if (slowUntil === 0) open();
  const store = new MemoryStore();
  const { get, set } = store;
  const watched = {
    ...inMemory(),
    looks: 0,
    kept: [] as { readonly key: string; readonly ttl: number }[],
    store: Object.assign(store, {
      get: (key: string) => {
        watched.looks += 1;
        if (watched.looks === slowUntil) open();
        return get.call(store, key);
      },
      set: async (key: string, value: string, ttl: number) => {
        watched.kept.push({ key, ttl });
        await opened;
        set.call(store, key, value, ttl);
      },
    }),
  };
  return watched;
}

describe('A login that lost the race for the send lock', () => {
  it('waits for the challenge as long as a slow store may take to write it', async () => {
    // Two looks of each before the race, and three of who lost it.
    const { store, limiter } = watchedMemory(7);
    const { browser, emulator } = await startApp({ strategy: { store, limiter } });
    const [first, second] = await Promise.all([browser().login(), browser().login()]);
    expect([first.body.code, second.body.code]).toEqual(['challenge_sent', 'challenge_sent']);
    expect(emulator.messages).toHaveLength(1);
  });

  it('does not wait when the existing challenge can no longer be answered', async () => {
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
    // after it the last two once more.
    expect(memory.looks).toBe(7);
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
