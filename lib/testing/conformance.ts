import { Counter } from '../limits/counter.js';
import { type Storage, sharedLike, storeProblem } from '../storage/storage.js';
import { crossProcessChecks, raceChecks } from './concurrency-checks.js';
import {
  assertFinding,
  type Check,
  ConformanceError,
  messageOf,
  randomPrefix,
  runCheck,
} from './harness.js';
import { keyChecks, methodChecks } from './limiter-checks.js';
import { blockChecks, durationChecks } from './limiter-expiry-checks.js';
import { storeExpiryChecks, storeValueChecks } from './store-checks.js';

const impact = 'a strategy refuses them at construction, so your app will not start';

/** What a strategy looks at when it is made. */
const constructionCheck: Check<Storage> = {
  name: 'a strategy takes the store and the limiter',
  async verify({ store, limiter }) {
    const problem = storeProblem(store);
    assertFinding(problem === undefined, {
      actual: `a store that ${problem}`,
      expected: 'one that keeps times, and throws or rejects when it fails',
      impact,
    });
    try {
      const options = { keyPrefix: randomPrefix(), points: 1, duration: 60 };
      new Counter(sharedLike(store, limiter), options);
    } catch (cause) {
      throw new ConformanceError(
        {
          actual: `a limiter that cannot be used, "${messageOf(cause)}"`,
          expected: 'a limiter of rate-limiter-flexible, or one like it, with all three options',
          impact,
        },
        { cause },
      );
    }
  },
};

/** What {@link memoryConformance} is told. */
export interface MemoryConformanceOptions {
  /**
   * Gives the pair of `store` and `limiter` under test. It is called when a check runs, once for each
   * check: open what they share (a connection, a pool) outside of it.
   */
  memory(): Storage | Promise<Storage>;
  /**
   * Gives the same pair as another process has it: over a connection of its own, to the same
   * database. Give it wherever an app has more than one process.
   * @default none: what two processes see of each other is not checked
   */
  anotherMemory?: (() => Storage | Promise<Storage>) | undefined;
}

/** One check: a title and a function for any test runner. */
export interface MemoryCheck {
  /** States what holds, such as `limiter: loses none of 50 consumes at once`. */
  readonly name: string;
  /**
   * Rejects when it does not hold, with an error that says what was seen, what was expected and why
   * that impact.
   */
  readonly run: () => Promise<void>;
}

/** All that must hold of one pair. */
const singleProcessChecks: readonly Check<Storage>[] = [
  constructionCheck,
  ...storeValueChecks,
  ...storeExpiryChecks,
  ...methodChecks,
  ...raceChecks,
  ...blockChecks,
  ...keyChecks,
  ...durationChecks,
];

/**
 * The checks that a `store` and a `limiter` of your own must pass before they guard a login: that
 * entries come back as they were written and last for their time, that counters lose no race, that a
 * claim is had once, and that every method of the limiter does what rate-limiter-flexible documents.
 *
 * Run them against the real database. Their keys are random, so they may run at the same time, which
 * takes 2 seconds (one after another: 12), and on a database in use: what they leave there expires
 * within a minute. Limiters on SQL want a table that is there already (`tableCreated: true`).
 *
 * That a store which fails throws or rejects cannot be checked while it works: try that by hand.
 *
 * @example
 * import { test } from 'vitest'; // or 'node:test'; Jest has it as a global
 *
 * for (const { name, run } of memoryConformance({ memory: () => ({ store, limiter }) })) {
 *   test(name, run);
 * }
 */
export function memoryConformance({
  memory,
  anotherMemory,
}: MemoryConformanceOptions): readonly MemoryCheck[] {
  const checks = singleProcessChecks.map((check) => ({
    name: check.name,
    run: () => runCheck(check, memory),
  }));
  if (!anotherMemory) return checks;
  const bothProcesses = async () => ({ first: await memory(), second: await anotherMemory() });
  return [
    ...checks,
    ...crossProcessChecks.map((check) => ({
      name: check.name,
      run: () => runCheck(check, bothProcesses),
    })),
  ];
}
