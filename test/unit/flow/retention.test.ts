import { expect, it } from 'vitest';
import { inMemory, ModicaTwoFactorStrategy, type Store } from '../../../lib/index.js';
import { startApp } from '../../fixtures/app.js';
import { failingMemory } from '../../fixtures/memory.js';
import { account } from '../../fixtures/modica.js';

const hour = 3600;

it('A28: the counters that guard a challenge outlive it, its reuse and its resends', () => {
  const { store, limiter } = inMemory();
  const kept = new Map<string, number>();
  new ModicaTwoFactorStrategy(
    {
      ...account,
      destination: () => null,
      store,
      limiter: (options) => {
        kept.set(options.keyPrefix, options.duration);
        return limiter(options);
      },
      limits: { firstFactorMaxAge: hour },
    },
    async () => null,
  );
  // Valid for an hour; joined or sent again at the end of it, which makes it valid for an hour
  // more; and found for a first factor's age each time.
  for (const guard of ['passport-modica-2fa:used', 'passport-modica-2fa:attempts']) {
    expect(kept.get(guard)).toBeGreaterThanOrEqual(2 * hour + 3 * hour);
  }
});

it('a challenge is kept for the age of a first factor beyond its expiry, so that its code can be sent again', async () => {
  const { memory } = await failingMemory();
  const lifetimes: number[] = [];
  const set: Store['set'] = (key, value, ttl) => {
    if (key.includes(':challenge:')) lifetimes.push(ttl);
    return memory.store.set(key, value, ttl);
  };
  const { browser } = await startApp({
    strategy: {
      ...memory,
      store: { ...memory.store, set },
      limits: { firstFactorMaxAge: hour },
    },
  });
  await browser().login();
  expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(hour * 1000);
});
