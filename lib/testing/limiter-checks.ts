// Checks that each method of a limiter does what rate-limiter-flexible documents, for its own key only.

import {
  assertHolds,
  type ConformanceCheck,
  distinctKeys,
  earlyTolerance,
  randomKey,
  randomPrefix,
  similarKeys,
  type TestedStorage,
} from './harness.js';
import { type CallResult, TestedLimiter } from './subjects.js';

/** Calls `consume` several times in sequence. */
async function consumeTimes(
  limiter: TestedLimiter,
  key: string,
  times: number,
): Promise<readonly CallResult[]> {
  const results: CallResult[] = [];
  for (let time = 0; time < times; time += 1) results.push(await limiter.consume(key));
  return results;
}

const pointsOf = (results: readonly CallResult[]) =>
  results.map(({ consumedPoints }) => consumedPoints);

export const methodChecks: readonly ConformanceCheck<TestedStorage>[] = [
  {
    name: 'limiter: consume counts every call, also beyond the points',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2 });
      const counts = pointsOf(await consumeTimes(limiter, randomKey(), 4));
      assertHolds(String(counts) === '1,2,3,4', {
        actual: `four calls of consume returned consumedPoints ${counts}, with 2 points`,
        expected: '1,2,3,4',
        impact:
          'a refused attempt is given back later; if it was not counted, that adds a free guess',
      });
    },
  },
  {
    name: 'limiter: consume resolves within the points, and rejects with a result beyond them',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2 });
      const results = await consumeTimes(limiter, randomKey(), 4);
      const rejections = String(results.map(({ rejected }) => rejected));
      assertHolds(rejections === 'false,false,true,true', {
        actual: `whether four calls of consume rejected, with 2 points: ${rejections}`,
        expected: 'false,false,true,true',
        impact:
          'this library also compares consumedPoints, but other code that uses the limiter would not',
      });
    },
  },
  {
    name: 'limiter: penalty counts beyond the points, and resolves',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2 });
      const key = randomKey();
      const results = [
        await limiter.penalty(key),
        await limiter.penalty(key, 2),
        await limiter.penalty(key),
      ];
      const counts = pointsOf(results);
      const hasRejected = results.some(({ rejected }) => rejected);
      assertHolds(String(counts) === '1,3,4' && !hasRejected, {
        actual: `penalties of 1, 2 and 1 returned consumedPoints ${counts}${hasRejected ? ', with a rejection' : ''}`,
        expected: '1,3,4, without a rejection',
        impact: 'penalties count the locks of a user, and each lock lasts twice as long',
      });
    },
  },
  {
    name: 'limiter: reward gives points back, also those beyond the limit',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2 });
      const key = randomKey();
      await consumeTimes(limiter, key, 3);
      const counts = pointsOf([await limiter.reward(key), await limiter.reward(key)]);
      const next = await limiter.consume(key);
      assertHolds(
        String(counts) === '2,1' && next.consumedPoints === 2 && limiter.isAllowed(next),
        {
          actual: `after 3 of 2 points two rewards returned consumedPoints ${counts}, and the next consume ${next.consumedPoints}, ${limiter.isAllowed(next) ? 'allowed' : 'refused'}`,
          expected: '2,1, then 2, allowed; do not set blockDuration or inMemoryBlockOnConsumed',
          impact:
            'an attempt is given back when the provider cannot be reached; otherwise an outage locks users out',
        },
      );
    },
  },
  {
    name: 'limiter: a penalty corrects a reward below zero',
    async verify(storage) {
      const limiter = new TestedLimiter(storage);
      const key = randomKey();
      const { consumedPoints: below } = await limiter.reward(key);
      if (below < 0) await limiter.penalty(key, -below);
      const next = await limiter.consume(key);
      assertHolds(next.consumedPoints === 1, {
        actual: `a reward for an unknown key returned consumedPoints ${below}, and the consume after its correction ${next.consumedPoints}`,
        expected: 'at most 0, then 1',
        impact: 'giving back a count that has expired in the meantime must not add a guess',
      });
    },
  },
  {
    name: 'limiter: takeBack, if there is one, subtracts as many points as there are',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2 });
      if (!limiter.takesBack) return;
      const key = randomKey();
      await consumeTimes(limiter, key, 3);
      const taken = [
        await limiter.takeBack(key, 2),
        await limiter.takeBack(key, 2),
        await limiter.takeBack(key, 2),
      ];
      const left = await limiter.get(key);
      const next = await limiter.consume(key);
      assertHolds(String(taken) === '2,1,0' && left === undefined && next.consumedPoints === 1, {
        actual: `three calls of takeBack with 2 points returned ${taken} of a count of 3; get then returned ${left ? `consumedPoints ${left.consumedPoints}` : 'null'}, and the next consume ${next.consumedPoints}`,
        expected:
          '2,1,0, then null and 1: a key without points is deleted, and no count is below zero',
        impact: 'refused requests for ever-new numbers would fill the storage, or add a free guess',
      });
    },
  },
  {
    name: 'limiter: get returns the count without changing it',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2, duration: 60 });
      const key = randomKey();
      await consumeTimes(limiter, key, 3);
      const [first, second] = [await limiter.get(key), await limiter.get(key)];
      assertHolds(first?.consumedPoints === 3 && second?.consumedPoints === 3, {
        actual: `after 3 of 2 points two calls of get returned consumedPoints ${first?.consumedPoints} and ${second?.consumedPoints}`,
        expected: '3 and 3',
        impact: 'every view of the code page shows the number of attempts left',
      });
      const { msBeforeNext } = second;
      assertHolds(msBeforeNext > 0 && msBeforeNext <= 60_000 + earlyTolerance, {
        actual: `get returned msBeforeNext ${msBeforeNext}, with a duration of 60 seconds`,
        expected: 'the milliseconds that remain',
        impact: 'it becomes Retry-After, and a count without remaining time is treated as expired',
      });
    },
  },
  {
    name: 'limiter: get returns null for an unknown key',
    async verify(storage) {
      const result = await new TestedLimiter(storage).get(randomKey());
      assertHolds(result === undefined, {
        actual: `get returned consumedPoints ${result?.consumedPoints} for a random key`,
        expected: 'null',
        impact: 'users who have made no attempt would appear to be locked, or to have to wait',
      });
    },
  },
  {
    name: 'limiter: delete removes one key only',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2 });
      const [deleted, other] = [randomKey(), randomKey()];
      await consumeTimes(limiter, deleted, 3);
      await limiter.consume(other);
      const returned = [await limiter.delete(deleted), await limiter.delete(deleted)];
      const [left, kept] = [await limiter.consumed(deleted), await limiter.consumed(other)];
      const next = await limiter.consume(deleted);
      assertHolds(
        left === 0 && kept === 1 && next.consumedPoints === 1 && limiter.isAllowed(next),
        {
          actual: `the deleted key had a count of ${left} and another key one of ${kept}, and the next consume returned ${next.consumedPoints}, ${limiter.isAllowed(next) ? 'allowed' : 'refused'}`,
          expected: '0 and 1, then 1, allowed',
          impact: 'a success, and strategy.unlock(), clear the failures of one user',
        },
      );
      assertHolds(String(returned) === 'true,false', {
        actual: `delete returned ${returned}, for an existing and then for an unknown key`,
        expected: 'true,false',
        impact: 'rate-limiter-flexible documents it as whether there was a key to delete',
      });
    },
  },
];

export const keyChecks: readonly ConformanceCheck<TestedStorage>[] = [
  {
    name: 'limiter: keyPrefix separates counters',
    async verify(storage) {
      const [one, two] = [new TestedLimiter(storage), new TestedLimiter(storage)];
      const key = randomKey();
      await one.consume(key);
      const next = await two.consume(key);
      await two.delete(key);
      const left = await one.consumed(key);
      assertHolds(next.consumedPoints === 1 && left === 1, {
        actual: `a key that was counted once under each of two prefixes has a count of ${next.consumedPoints} under the second, and of ${left} under the first after it was deleted under the second`,
        expected: '1 and 1: options.keyPrefix must be part of every key',
        impact:
          'the attempts, locks and SMS of a user would share one count, and clearing one would clear all',
      });
    },
  },
  {
    name: 'limiter: distinguishes keys by every character',
    async verify(storage) {
      const limiter = new TestedLimiter(storage);
      const keys = similarKeys(randomKey());
      for (const key of keys) await limiter.consume(key);
      const counts = await Promise.all(keys.map((key) => limiter.consumed(key)));
      assertHolds(String(counts) === '1,1,1,1,1', {
        actual: `keys that end in ${keys.map((key) => key.slice(-1))} have counts of ${counts} after one consume each`,
        expected: `1 each: ${distinctKeys}`,
        impact: 'one user must not be locked or cleared by the actions of another',
      });
    },
  },
  {
    name: 'limiter: limiters with the same options share their counts',
    async verify(storage) {
      const keyPrefix = randomPrefix();
      const one = new TestedLimiter(storage, { keyPrefix });
      const two = new TestedLimiter(storage, { keyPrefix });
      const key = randomKey();
      await one.consume(key);
      const next = await two.consume(key);
      const count = await one.consumed(key);
      assertHolds(next.consumedPoints === 2 && count === 2, {
        actual: `after one consume in the first limiter, consume in the second returned consumedPoints ${next.consumedPoints}, and the first then had a count of ${count}`,
        expected: '2 and 2: keep counts in the database, or in a variable outside the limiter',
        impact: 'each strategy of an app would allow as many guesses again',
      });
    },
  },
];
