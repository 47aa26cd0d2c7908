import { describe, expect, it, vi } from 'vitest';
import { Counter } from '../../lib/limits/counter.js';
import { challengesIn, someSubject } from '../fixtures/challenges.js';
import { stopTimers } from '../fixtures/clock.js';
import { limiterWith } from '../fixtures/limits.js';

const never = () => new Promise<never>(() => {});

/** As from a query builder that is also a function. */
function neverCallable() {
  const query = () => undefined;
  Reflect.set(query, 'then', () => undefined);
  return query;
}

describe('F6: a call that does not answer fails after five seconds', () => {
  it.each([
    ['a promise', never],
    ['a function with a then', neverCallable],
  ])('if it is to the store and returned %s', async (_what, ask) => {
    stopTimers();
    const pending = challengesIn({ get: ask, set: ask, delete: ask });
    const asked = expect(pending.liveFor(someSubject())).rejects.toMatchObject({
      code: 'store_failed',
      cause: { message: 'The store did not answer' },
    });
    await vi.advanceTimersByTimeAsync(5000);
    await asked;
  });

  it('if it is to the limiter', async () => {
    stopTimers();
    const counter = new Counter(limiterWith({ consume: never }), {
      keyPrefix: 'tries',
      points: 1,
      duration: 60,
    });
    const asked = expect(counter.count('alice')).rejects.toMatchObject({
      code: 'limiter_failed',
      cause: { message: 'The limiter did not answer' },
    });
    await vi.advanceTimersByTimeAsync(5000);
    await asked;
  });
});
