// The public conformance suite for a store and a limiter.

import { Counter } from '../limits/counter.js';
import { sharedLike, storeProblem } from '../storage/configured-storage.js';
import { MemoryStore } from '../storage/in-memory.js';
import type { Storage } from '../storage/storage.js';
import { crossProcessChecks, raceChecks } from './concurrency-checks.js';
import { failureChecks } from './failure-checks.js';
import {
  assertHolds,
  type ConformanceCheck,
  ConformanceError,
  type Finding,
  messageOf,
  randomPrefix,
  runCheck,
  type TestedStorage,
  type WrittenKeys,
} from './harness.js';
import { keyChecks, methodChecks } from './limiter-checks.js';
import { blockChecks, durationChecks } from './limiter-expiry-checks.js';
import { storeExpiryChecks, storeValueChecks } from './store-checks.js';

type CreateStorage = () => Storage | Promise<Storage>;

/** Options of {@link storageConformance}. */
export interface StorageConformanceOptions {
  /**
   * Returns the `store` and the `limiter` under test. Called once for each check, when it runs: open
   * shared connections and pools outside of it.
   */
  storage(): Storage | Promise<Storage>;
  /**
   * Returns the same storage as another process sees it, over a connection of its own to the same database. One
   * connection does not show what it has not committed, caches, or reads from a replica.
   *
   * Pass `null` to do without these checks: if the app runs as one process, and its storage has one connection.
   * @default none, which is a failed check, except for `inMemory()`
   */
  anotherStorage?: (() => Storage | Promise<Storage>) | null | undefined;
  /**
   * Returns the same storage over a connection that does not work: of a client that is closed, or to a port where
   * nothing listens. Every call must reject.
   *
   * Pass `null` to do without these checks.
   * @default none, which is a failed check, except for `inMemory()`
   */
  failingStorage?: (() => Storage | Promise<Storage>) | null | undefined;
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
 * returned as they were set and expire on time, counters survive races, claims are granted once, every
 * method of the limiter does what rate-limiter-flexible documents, all of it is seen by other processes, and no
 * call succeeds while the database is down.
 *
 * Run the checks against the real database, even if it is in use: keys are random, and each check deletes its own
 * when it ends. Checks may run in parallel, which takes 2 seconds instead of 15. SQL limiters need an existing
 * table (`tableName`, `tableCreated: true`).
 *
 * When a database removes what has expired cannot be checked in seconds: find out whether yours does.
 *
 * @example
 * import { test } from 'vitest'; // or 'node:test'; Jest has it as a global
 *
 * const checks = storageConformance({
 *   storage: () => storageOn(pool),
 *   anotherStorage: () => storageOn(anotherPool),
 *   failingStorage: () => storageOn(new Pool({ port: 1 })),
 * });
 * for (const { name, run } of checks) test(name, run);
 */
export function storageConformance({
  storage,
  anotherStorage,
  failingStorage,
}: StorageConformanceOptions): readonly StorageCheck[] {
  const tested = (create: CreateStorage) => async (written: WrittenKeys) => {
    const { store, limiter } = await create();
    return { store, limiter, written };
  };
  const first = tested(storage);
  const checks = singleProcessChecks.map((check) => runnable(check, first));
  if (anotherStorage) {
    const second = tested(anotherStorage);
    const both = async (written: WrittenKeys) => ({
      first: await first(written),
      second: await second(written),
    });
    checks.push(...crossProcessChecks.map((check) => runnable(check, both)));
  } else if (anotherStorage === undefined) {
    checks.push(runnable(anotherStorageMissing, first));
  }
  if (failingStorage) {
    const failing = tested(failingStorage);
    checks.push(...failureChecks.map((check) => runnable(check, failing)));
  } else if (failingStorage === undefined) {
    checks.push(runnable(failingStorageMissing, first));
  }
  return checks;
}

function runnable<Subject>(
  check: ConformanceCheck<Subject>,
  create: (written: WrittenKeys) => Promise<Subject>,
): StorageCheck {
  return { name: check.name, run: () => runCheck(check, create) };
}

/** Fails unless the storage is in memory, where the checks of the option would show nothing. */
function notPassed(name: string, finding: Finding): ConformanceCheck<TestedStorage> {
  return {
    name,
    async verify({ store }) {
      assertHolds(store instanceof MemoryStore, finding);
    },
  };
}

const anotherStorageMissing = notPassed('two processes: anotherStorage is passed', {
  actual: 'the option anotherStorage was not passed, so what two processes share is not checked',
  expected:
    'anotherStorage: the same storage over another connection; or null, if the app runs as one process and its storage has one connection',
  impact:
    'one connection does not show what it has not committed, caches or reads from a replica: each process would allow as many guesses again, and a crash would end all locks',
});

const failingStorageMissing = notPassed('a failing database: failingStorage is passed', {
  actual: 'the option failingStorage was not passed, so errors that are swallowed are not found',
  expected:
    'failingStorage: the same storage over a connection that does not work, such as one to a port where nothing listens; or null, to do without these checks',
  impact:
    'a read that fails and returns nothing looks like a missing challenge, which costs another SMS, or like a count of 0, which is a free guess',
});

const impact = 'a strategy refuses them in its constructor, so the app does not start';

/** The checks that a strategy makes itself. */
const constructionCheck: ConformanceCheck<TestedStorage> = {
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

const singleProcessChecks: readonly ConformanceCheck<TestedStorage>[] = [
  constructionCheck,
  ...storeValueChecks,
  ...storeExpiryChecks,
  ...methodChecks,
  ...raceChecks,
  ...blockChecks,
  ...keyChecks,
  ...durationChecks,
];
