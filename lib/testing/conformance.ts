// The public conformance suite for a store and a limiter.

import { Counter } from '../limits/counter.js';
import { sharedLike, storeProblem } from '../storage/configured-storage.js';
import type { Storage } from '../storage/storage.js';
import { crossProcessChecks, raceChecks } from './concurrency-checks.js';
import {
  assertHolds,
  type ConformanceCheck,
  ConformanceError,
  messageOf,
  randomPrefix,
  runCheck,
} from './harness.js';
import { keyChecks, methodChecks } from './limiter-checks.js';
import { blockChecks, durationChecks } from './limiter-expiry-checks.js';
import { storeExpiryChecks, storeValueChecks } from './store-checks.js';

/** Options of {@link storageConformance}. */
export interface StorageConformanceOptions {
  /**
   * Returns the `store` and the `limiter` under test. Called once for each check, when it runs: open
   * shared connections and pools outside of it.
   */
  storage(): Storage | Promise<Storage>;
  /**
   * Returns the same pair as a second process sees it, with its own connection to the same database. Pass
   * it if your app runs in more than one process.
   * @default none: what two processes share is not checked
   */
  anotherStorage?: (() => Storage | Promise<Storage>) | undefined;
}

/** One check, for any test runner. */
export interface StorageCheck {
  /** The title of the test, such as `limiter: counts each of 50 parallel consumes`. */
  readonly name: string;
  /** Rejects on failure, with an error that states what happened, what was expected and why it matters. */
  readonly run: () => Promise<void>;
}

/**
 * Returns the checks that your own `store` and `limiter` must pass before they guard a login: entries are
 * returned as they were set and expire on time, counters survive races, claims are granted once, and every
 * method of the limiter does what rate-limiter-flexible documents.
 *
 * Run the checks against the real database, even if it is in use: keys are random, and expire within a
 * minute. Checks may run in parallel, which takes 2 seconds instead of 12. SQL limiters need an existing
 * table (`tableCreated: true`).
 *
 * Whether the store throws or rejects when it fails cannot be checked while it works: test that by hand.
 *
 * @example
 * import { test } from 'vitest'; // or 'node:test'; Jest has it as a global
 *
 * for (const { name, run } of storageConformance({ storage: () => ({ store, limiter }) })) {
 *   test(name, run);
 * }
 */
export function storageConformance({
  storage,
  anotherStorage,
}: StorageConformanceOptions): readonly StorageCheck[] {
  const checks = singleProcessChecks.map((check) => ({
    name: check.name,
    run: () => runCheck(check, storage),
  }));
  if (!anotherStorage) return checks;
  const processes = async () => ({ first: await storage(), second: await anotherStorage() });
  return [
    ...checks,
    ...crossProcessChecks.map((check) => ({
      name: check.name,
      run: () => runCheck(check, processes),
    })),
  ];
}

const impact = 'a strategy refuses them in its constructor, so the app does not start';

/** The checks that a strategy makes itself. */
const constructionCheck: ConformanceCheck<Storage> = {
  name: 'a strategy accepts the store and the limiter',
  async verify({ store, limiter }) {
    const problem = storeProblem(store);
    assertHolds(problem === undefined, {
      actual: `a store that ${problem}`,
      expected: 'a store that respects the ttl, and throws or rejects when it fails',
      impact,
    });
    try {
      const options = { keyPrefix: randomPrefix(), points: 1, duration: 60 };
      new Counter(sharedLike(store, limiter), options);
    } catch (cause) {
      throw new ConformanceError(
        {
          actual: `an unusable limiter, "${messageOf(cause)}"`,
          expected:
            'a limiter of rate-limiter-flexible, or a compatible one, with all three options',
          impact,
        },
        { cause },
      );
    }
  },
};

const singleProcessChecks: readonly ConformanceCheck<Storage>[] = [
  constructionCheck,
  ...storeValueChecks,
  ...storeExpiryChecks,
  ...methodChecks,
  ...raceChecks,
  ...blockChecks,
  ...keyChecks,
  ...durationChecks,
];
