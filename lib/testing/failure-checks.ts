// Checks that every call fails while the database does.

import { inspect } from 'node:util';
import type { Limiter } from '../limits/limiter.js';
import {
  assertHolds,
  type ConformanceCheck,
  randomKey,
  randomPrefix,
  randomStoreKey,
  type TestedStorage,
  withTimeout,
} from './harness.js';

interface Call {
  readonly name: string;
  /** The consequence for logins if the call succeeds. */
  readonly impact: string;
  readonly make: (storage: TestedStorage) => unknown;
}

const lostCount = 'an attempt that is not counted is a free guess';
const notGivenBack =
  'attempts that an outage used up seem to be given back, and users are locked out';

const limiterCall = (
  method: keyof Limiter,
  impact: string,
  call: (limiter: Limiter, key: string) => unknown,
): Call => ({
  name: `limiter.${method}`,
  impact,
  make: ({ limiter, written }) => {
    const key = randomKey();
    const made = limiter({ keyPrefix: randomPrefix(), points: 2, duration: 60 });
    written.of((each) => made.delete(each)).add(key);
    return call(made, key);
  },
});

const calls: readonly Call[] = [
  {
    name: 'store.get',
    impact:
      'a challenge that cannot be read looks like a missing one: the user gets another SMS, and the code of the first is refused',
    make: ({ store }) => store.get(randomStoreKey()),
  },
  {
    name: 'store.set',
    impact: 'an SMS is sent whose code can never be entered',
    make: ({ store, written }) => {
      const key = randomStoreKey();
      written.of((each) => store.delete(each)).add(key);
      return store.set(key, '"value"', 60_000);
    },
  },
  {
    name: 'store.delete',
    impact: 'a challenge that was used or cancelled can be found again',
    make: ({ store }) => store.delete(randomStoreKey()),
  },
  limiterCall('consume', lostCount, (limiter, key) => limiter.consume(key)),
  limiterCall('penalty', lostCount, (limiter, key) => limiter.penalty(key)),
  limiterCall('reward', notGivenBack, (limiter, key) => limiter.reward(key)),
  limiterCall('block', 'a user is not locked', (limiter, key) => limiter.block(key, 60)),
  limiterCall('get', 'a lock that cannot be read is none', (limiter, key) => limiter.get(key)),
  limiterCall('delete', 'strategy.unlock() seems to have unlocked a user', (limiter, key) =>
    limiter.delete(key),
  ),
  limiterCall('takeBack', notGivenBack, (limiter, key) =>
    // The method is optional.
    limiter.takeBack ? limiter.takeBack(key, 1) : Promise.reject(new Error('no takeBack')),
  ),
];

/** Runs on a storage that does not work. A call that does not answer in time fails in the library too. */
export const failureChecks: readonly ConformanceCheck<TestedStorage>[] = calls.map(
  ({ name, impact, make }) => ({
    name: `a failing database: ${name} rejects`,
    async verify(storage) {
      const outcome = await outcomeOf(() => withTimeout(name, () => make(storage)));
      assertHolds(outcome === undefined, {
        actual: `${name} ${outcome}, on the connection of failingStorage`,
        expected:
          'an Error: pass a storage in failingStorage whose database cannot be reached; for Keyv 5, set throwOnErrors: true, also on its adapter; for a limiter, no insuranceLimiter',
        impact,
      });
    },
  }),
);

/** Undefined for an error. A limiter that rejects with anything else refuses, as at the end of its points. */
async function outcomeOf(call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    return `resolved to ${inspect(await call())}`;
  } catch (thrown) {
    return thrown instanceof Error ? undefined : `rejected with ${inspect(thrown)}`;
  }
}
