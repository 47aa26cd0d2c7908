// Checks that no count is lost in parallel calls, in one process or in two, and that all data is shared.

import { inspect } from 'node:util';
import {
  assertHolds,
  type ConformanceCheck,
  randomKey,
  randomPrefix,
  randomStoreKey,
  type TestedStorage,
  type TwoProcesses,
} from './harness.js';
import { type CallResult, TestedLimiter, TestedStore } from './subjects.js';

const parallelCalls = 50;

/** A race is not lost every time, so each check tries it on several keys. */
const rounds = 3;

/** Seconds. Counters without expiry (0) are another statement in some databases. */
const durations = [60, 60, 0];

function inParallel<T>(call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: parallelCalls }, (_, index) => call(index)));
}

function countAllowed(limiter: TestedLimiter, results: readonly CallResult[]): number {
  return results.filter((result) => limiter.isAllowed(result)).length;
}

const bypassImpact = 'parallel guesses must not bypass the limit (Keycloak CVE-2024-4629)';
const atomic = 'count in one atomic operation of the database, not in a read and a write';

export const raceChecks: readonly ConformanceCheck<TestedStorage>[] = [
  {
    name: `limiter: counts each of ${parallelCalls} parallel consumes`,
    async verify(storage) {
      for (const duration of durations) {
        const limiter = new TestedLimiter(storage, { points: 5, duration });
        const key = randomKey();
        await inParallel(() => limiter.consume(key));
        const count = await limiter.consumed(key);
        assertHolds(count === parallelCalls, {
          actual: `${count} of ${parallelCalls} parallel consumes were counted, with a duration of ${duration} seconds`,
          expected: `${parallelCalls}, also with 5 points; ${atomic}`,
          impact: bypassImpact,
        });
      }
    },
  },
  {
    name: `limiter: allows exactly its points of ${parallelCalls} parallel consumes`,
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 5 });
      for (let round = 0; round < rounds; round += 1) {
        const key = randomKey();
        const allowed = countAllowed(limiter, await inParallel(() => limiter.consume(key)));
        assertHolds(allowed === 5, {
          actual: `${allowed} of ${parallelCalls} parallel consumes were allowed, with 5 points`,
          expected: `5; ${atomic}`,
          impact: bypassImpact,
        });
      }
    },
  },
  {
    name: `limiter: grants a claim to one of ${parallelCalls} parallel consumes, and never again`,
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 1 });
      for (let round = 0; round < rounds; round += 1) {
        const key = randomKey();
        const granted = countAllowed(limiter, await inParallel(() => limiter.consume(key)));
        const isGrantedAgain = limiter.isAllowed(await limiter.consume(key));
        assertHolds(granted === 1 && !isGrantedAgain, {
          actual: `a claim was granted to ${granted} parallel consumes, and ${isGrantedAgain ? 'to another one' : 'not'} later`,
          expected: `to one, and not later; ${atomic}`,
          impact:
            'a code must log in only once (NIST SP 800-63B-4), and a double click must send only one SMS',
        });
      }
    },
  },
  {
    name: `limiter: loses none of ${parallelCalls} parallel penalties and rewards`,
    async verify(storage) {
      const limiter = new TestedLimiter(storage);
      for (let round = 0; round < rounds; round += 1) {
        const key = randomKey();
        const giveBack = limiter.takesBack && round > 0 ? 'takeBack' : 'reward';
        await limiter.penalty(key, parallelCalls);
        await inParallel((index) =>
          index % 2 === 0 ? limiter.penalty(key) : limiter[giveBack](key, 1),
        );
        const count = await limiter.consumed(key);
        assertHolds(count === parallelCalls, {
          actual: `a count of ${parallelCalls} became ${count} after as many parallel calls of penalty as of ${giveBack}`,
          expected: `${parallelCalls}; ${atomic}`,
          impact: 'attempts that are given back must not remove those of other requests',
        });
      }
    },
  },
];

/** The same counter in both processes; parallel calls alternate between them. */
function sharedLimiters({ first, second }: TwoProcesses, points: number) {
  const options = { keyPrefix: randomPrefix(), points };
  const limiters = [new TestedLimiter(first, options), new TestedLimiter(second, options)] as const;
  return { limiters, limiterFor: (index: number) => limiters[index % 2 === 0 ? 0 : 1] };
}

/** Milliseconds; longer than any check takes. */
const ttl = 60_000;

export const crossProcessChecks: readonly ConformanceCheck<TwoProcesses>[] = [
  {
    name: 'two processes: each reads what the other sets or deletes at once',
    async verify({ first, second }) {
      const [here, there] = [new TestedStore(first), new TestedStore(second)];
      const key = randomStoreKey();
      await here.set(key, '"first"', ttl);
      const read = await there.get(key);
      await there.set(key, '"second"', ttl);
      const overwritten = await here.get(key);
      await here.delete(key);
      const deleted = await there.get(key);
      assertHolds(read === '"first"' && overwritten === '"second"' && deleted === undefined, {
        actual: `${inspect([read, overwritten, deleted])} was read after one process set "first", the other "second", and the first deleted the key`,
        expected:
          '"first", "second" and nothing: anotherStorage is the same database, without a cache in the process, a transaction that stays open or a read replica',
        impact:
          'the code may reach another process than the password did, and that process must find the challenge',
      });
    },
  },
  {
    name: 'two processes: each sees at once what the other counts',
    async verify(processes) {
      const [one, two] = sharedLimiters(processes, 5).limiters;
      const key = randomKey();
      const steps = [
        ['consume', () => one.consume(key), two, 1],
        ['a penalty of 3', () => two.penalty(key, 3), one, 4],
        ['reward', () => one.reward(key), two, 3],
        ['takeBack', () => (two.takesBack ? two.takeBack(key, 1) : two.reward(key)), one, 2],
        ['block', () => one.block(key, 60), two, 6],
      ] as const;
      for (const [call, count, other, expected] of steps) {
        await count();
        const seen = await other.consumed(key);
        assertHolds(seen === expected, {
          actual: `the other process read a count of ${seen} after ${call}`,
          expected: `${expected}: a call is committed when it resolves, neither later nor in a transaction that stays open (RateLimiterSQLite on sqlite3)`,
          impact:
            'another process would allow guesses that were used up, and a crash would end locks',
        });
      }
    },
  },
  {
    name: `two processes: count ${parallelCalls} parallel consumes exactly`,
    async verify(processes) {
      const { limiters, limiterFor } = sharedLimiters(processes, 5);
      const key = randomKey();
      const results = await inParallel((index) => limiterFor(index).consume(key));
      const allowed = countAllowed(limiters[0], results);
      const counts = await Promise.all(limiters.map((limiter) => limiter.consumed(key)));
      assertHolds(allowed === 5 && String(counts) === `${parallelCalls},${parallelCalls}`, {
        actual: `${allowed} consumes were allowed with 5 points, and the counts were ${counts}`,
        expected: `5, and ${parallelCalls},${parallelCalls}`,
        impact: 'every process would allow as many guesses again',
      });
    },
  },
  {
    name: `two processes: grant a claim to one of ${parallelCalls} parallel consumes`,
    async verify(processes) {
      const { limiters, limiterFor } = sharedLimiters(processes, 1);
      const key = randomKey();
      const results = await inParallel((index) => limiterFor(index).consume(key));
      const granted = countAllowed(limiters[0], results);
      assertHolds(granted === 1, {
        actual: `a claim was granted to ${granted} parallel consumes`,
        expected: 'to one',
        impact: 'a code would log in once per process',
      });
    },
  },
  {
    name: 'two processes: each applies what the other blocks or deletes at once',
    async verify(processes) {
      const [one, two] = sharedLimiters(processes, 2).limiters;
      const key = randomKey();
      await one.block(key, 60);
      const blocked = await two.consume(key);
      await one.delete(key);
      const freed = await two.consume(key);
      const outcome = (result: CallResult) => (two.isAllowed(result) ? 'allowed' : 'refused');
      assertHolds(!two.isAllowed(blocked) && two.isAllowed(freed) && freed.consumedPoints === 1, {
        actual: `a consume in the second process was ${outcome(blocked)} after a block in the first, and ${outcome(freed)} with consumedPoints ${freed.consumedPoints} after a delete in the first`,
        expected: 'refused, then allowed with 1; do not set inMemoryBlockOnConsumed',
        impact:
          'a lock must apply in every process, and strategy.unlock() must lift it in every process',
      });
    },
  },
];
