import { inspect } from 'node:util';
import type { Storage } from '../storage/storage.js';
import {
  assertFinding,
  type Check,
  randomKey,
  randomPrefix,
  randomStoreKey,
  type TwoProcesses,
} from './harness.js';
import { type CallResult, TestedLimiter, TestedStore } from './subjects.js';

/** Requests at once; and how often that is tried, because a race need not be lost each time. */
const parallelCalls = 50;
const rounds = 3;

/** Calls something so often at once, with the number of the call. */
function inParallel<T>(call: (turn: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: parallelCalls }, (_, turn) => call(turn)));
}

const guessing = 'parallel guesses must not slip under the limit (Keycloak CVE-2024-4629)';
const atomic = 'count in one atomic step of the database, not by reading and writing';

/** That calls at the same time get in each other's way; each check looks at several keys. */
export const raceChecks: readonly Check<Storage>[] = [
  {
    name: `limiter: loses none of ${parallelCalls} consumes at once`,
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 5 });
      for (let round = 0; round < rounds; round += 1) {
        const key = randomKey();
        await inParallel(() => limiter.consume(key));
        const used = await limiter.consumed(key);
        assertFinding(used === parallelCalls, {
          actual: `${used} were counted of ${parallelCalls} consumes at once`,
          expected: `${parallelCalls}, also where 5 are allowed; ${atomic}`,
          impact: guessing,
        });
      }
    },
  },
  {
    name: `limiter: allows exactly the points of ${parallelCalls} consumes at once`,
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 5 });
      for (let round = 0; round < rounds; round += 1) {
        const key = randomKey();
        const allowed = countAllowed(limiter, await inParallel(() => limiter.consume(key)));
        assertFinding(allowed === 5, {
          actual: `${allowed} of ${parallelCalls} consumes at once were allowed, with 5 points`,
          expected: `5; ${atomic}`,
          impact: guessing,
        });
      }
    },
  },
  {
    name: `limiter: a claim is had once of ${parallelCalls} at once, and never again`,
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 1 });
      for (let round = 0; round < rounds; round += 1) {
        const key = randomKey();
        const had = countAllowed(limiter, await inParallel(() => limiter.consume(key)));
        const again = limiter.isAllowed(await limiter.consume(key));
        assertFinding(had === 1 && !again, {
          actual: `a claim was had ${had} times at once, and ${again ? 'once more' : 'not again'} later`,
          expected: `once at once, and not again; ${atomic}`,
          impact:
            'a code must log in once (NIST SP 800-63B-4), and of a double click one SMS goes out',
        });
      }
    },
  },
  {
    name: `limiter: loses none of ${parallelCalls} penalties and rewards at once`,
    async verify(memory) {
      const limiter = new TestedLimiter(memory);
      for (let round = 0; round < rounds; round += 1) {
        const key = randomKey();
        await limiter.penalty(key, parallelCalls);
        await inParallel((turn) => (turn % 2 === 0 ? limiter.penalty(key) : limiter.reward(key)));
        const used = await limiter.consumed(key);
        assertFinding(used === parallelCalls, {
          actual: `${used} were left of ${parallelCalls} after as many penalties as rewards at once`,
          expected: `${parallelCalls}; ${atomic}`,
          impact: 'attempts that are given back must not take those of others along',
        });
      }
    },
  },
];

function countAllowed(limiter: TestedLimiter, answers: readonly CallResult[]): number {
  return answers.filter((answer) => limiter.isAllowed(answer)).length;
}

/** Milliseconds: longer than any check. */
const ttl = 60_000;

/** One counter, as two processes have it. */
function sharedLimiters({ first, second }: TwoProcesses, points: number) {
  const options = { keyPrefix: randomPrefix(), points };
  const both = [new TestedLimiter(first, options), new TestedLimiter(second, options)] as const;
  return { both, of: (turn: number) => (turn % 2 === 0 ? both[0] : both[1]) };
}

/** That two processes have one memory. */
export const crossProcessChecks: readonly Check<TwoProcesses>[] = [
  {
    name: 'two processes: what one writes or deletes the other sees at once',
    async verify({ first, second }) {
      const [here, there] = [new TestedStore(first), new TestedStore(second)];
      const key = randomStoreKey();
      await here.set(key, '"first"', ttl);
      const read = await there.get(key);
      await there.set(key, '"second"', ttl);
      const overwritten = await here.get(key);
      await here.delete(key);
      const deleted = await there.get(key);
      assertFinding(read === '"first"' && overwritten === '"second"' && deleted === undefined, {
        actual: `${inspect([read, overwritten, deleted])} after one process wrote "first", the other "second", and the first one deleted it`,
        expected: '"first" and "second" and nothing: no cache of a process of its own, no replica',
        impact: 'the code comes to another process than the password; it must find the challenge',
      });
    },
  },
  {
    name: `two processes: ${parallelCalls} consumes at once over both count exactly`,
    async verify(given) {
      const { both, of } = sharedLimiters(given, 5);
      const key = randomKey();
      const allowed = countAllowed(both[0], await inParallel((turn) => of(turn).consume(key)));
      const counts = await Promise.all(both.map((limiter) => limiter.consumed(key)));
      assertFinding(allowed === 5 && String(counts) === `${parallelCalls},${parallelCalls}`, {
        actual: `${allowed} were allowed with 5 points, and the processes counted ${counts}`,
        expected: `5, and ${parallelCalls},${parallelCalls}`,
        impact: 'every process would allow as many guesses again',
      });
    },
  },
  {
    name: `two processes: a claim is had once of ${parallelCalls} at once over both`,
    async verify(given) {
      const { both, of } = sharedLimiters(given, 1);
      const key = randomKey();
      const had = countAllowed(both[0], await inParallel((turn) => of(turn).consume(key)));
      assertFinding(had === 1, {
        actual: `a claim was had ${had} times`,
        expected: 'once',
        impact: 'a code would log in once in every process',
      });
    },
  },
  {
    name: 'two processes: what one blocks or frees the other sees at once',
    async verify(given) {
      const { both } = sharedLimiters(given, 2);
      const [one, two] = both;
      const key = randomKey();
      await one.block(key, 60);
      const blocked = await two.consume(key);
      await one.delete(key);
      const freed = await two.consume(key);
      assertFinding(!two.isAllowed(blocked) && two.isAllowed(freed) && freed.consumedPoints === 1, {
        actual: `a key was ${two.isAllowed(blocked) ? 'free' : 'blocked'} in the second process after the first blocked it, and ${two.isAllowed(freed) ? 'free' : 'blocked'} with consumedPoints of ${freed.consumedPoints} after the first deleted it`,
        expected: 'blocked, then free with 1; so no inMemoryBlockOnConsumed',
        impact:
          'a lock must hold in every process, and strategy.unlock() must lift it in every one',
      });
    },
  },
];
