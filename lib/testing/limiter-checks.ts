import type { Storage } from '../storage/storage.js';
import {
  assertFinding,
  type Check,
  earlyTolerance,
  randomKey,
  randomPrefix,
  similarKeys,
} from './harness.js';
import { TestedLimiter } from './subjects.js';

/** That each method of a limiter does what rate-limiter-flexible documents of it. */
export const methodChecks: readonly Check<Storage>[] = [
  {
    name: 'limiter: counts each consume, those beyond the points too',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2 });
      const key = randomKey();
      const counts: number[] = [];
      for (let time = 0; time < 4; time += 1) {
        counts.push((await limiter.consume(key)).consumedPoints);
      }
      assertFinding(String(counts) === '1,2,3,4', {
        actual: `consumedPoints of ${counts} in four calls of consume, with 2 points`,
        expected: '1,2,3,4',
        impact:
          'what is refused is taken back later; taken back uncounted, it is a guess for nothing',
      });
    },
  },
  {
    name: 'limiter: consume resolves up to the points, and then rejects with a result',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2 });
      const key = randomKey();
      const refusals: boolean[] = [];
      for (let time = 0; time < 4; time += 1) refusals.push((await limiter.consume(key)).rejected);
      assertFinding(String(refusals) === 'false,false,true,true', {
        actual: `${refusals} to whether consume rejected, in four calls with 2 points`,
        expected: 'false,false,true,true',
        impact:
          'this library looks at consumedPoints too and lets nothing through, but nothing else does',
      });
    },
  },
  {
    name: 'limiter: penalty counts beyond the points, and resolves',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2 });
      const key = randomKey();
      const answers = [
        await limiter.penalty(key),
        await limiter.penalty(key, 2),
        await limiter.penalty(key),
      ];
      const counts = answers.map(({ consumedPoints }) => consumedPoints);
      const refused = answers.some((answer) => answer.rejected);
      assertFinding(String(counts) === '1,3,4' && !refused, {
        actual: `consumedPoints of ${counts} in penalties of 1, 2 and 1${refused ? ', and a rejection' : ''}`,
        expected: '1,3,4, and no rejection',
        impact: 'penalties count how often a user was locked: each lock is twice as long',
      });
    },
  },
  {
    name: 'limiter: reward takes back, also what was beyond the points',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2 });
      const key = randomKey();
      for (let time = 0; time < 3; time += 1) await limiter.consume(key);
      const counts = [await limiter.reward(key), await limiter.reward(key)].map(
        ({ consumedPoints }) => consumedPoints,
      );
      const next = await limiter.consume(key);
      assertFinding(
        String(counts) === '2,1' && next.consumedPoints === 2 && limiter.isAllowed(next),
        {
          actual: `consumedPoints of ${counts} in two rewards after 3 of 2 points, then ${next.consumedPoints} in a consume that was ${limiter.isAllowed(next) ? 'allowed' : 'refused'}`,
          expected: '2,1 and then 2, allowed; so no blockDuration and no inMemoryBlockOnConsumed',
          impact:
            'when Modica cannot be reached the attempt is given back, or an outage locks users',
        },
      );
    },
  },
  {
    name: 'limiter: a reward of what was never counted can be made good by a penalty',
    async verify(memory) {
      const limiter = new TestedLimiter(memory);
      const key = randomKey();
      const { consumedPoints: below } = await limiter.reward(key);
      if (below < 0) await limiter.penalty(key, -below);
      const next = await limiter.consume(key);
      assertFinding(next.consumedPoints === 1, {
        actual: `consumedPoints of ${below} in a reward of nothing, and of ${next.consumedPoints} in the consume after it was made good`,
        expected: 'at most 0, and then 1',
        impact: 'what was forgotten in the meantime must earn nobody a guess more',
      });
    },
  },
  {
    name: 'limiter: get reads and does not count',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2, duration: 60 });
      const key = randomKey();
      for (let time = 0; time < 3; time += 1) await limiter.consume(key);
      const [first, second] = [await limiter.get(key), await limiter.get(key)];
      assertFinding(first?.consumedPoints === 3 && second?.consumedPoints === 3, {
        actual: `${first?.consumedPoints}, then ${second?.consumedPoints} after 3 of 2 points`,
        expected: '3, and 3 again',
        impact: 'the code page shows the attempts that are left each time it is looked at',
      });
      const { msBeforeNext } = second;
      assertFinding(msBeforeNext > 0 && msBeforeNext <= 60_000 + earlyTolerance, {
        actual: `msBeforeNext of ${msBeforeNext} in a duration of 60 seconds`,
        expected: 'the milliseconds that are left of it',
        impact: 'it is what Retry-After says, and a count without time is one that was forgotten',
      });
    },
  },
  {
    name: 'limiter: get gives null for a key that was never counted',
    async verify(memory) {
      const answer = await new TestedLimiter(memory).get(randomKey());
      assertFinding(answer === undefined, {
        actual: `consumedPoints of ${answer?.consumedPoints} for a random key`,
        expected: 'null',
        impact: 'users who did nothing are told how long they must wait, or that they are locked',
      });
    },
  },
  {
    name: 'limiter: delete forgets one key and no other',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2 });
      const [deleted, other] = [randomKey(), randomKey()];
      for (let time = 0; time < 3; time += 1) await limiter.consume(deleted);
      await limiter.consume(other);
      const told = [await limiter.delete(deleted), await limiter.delete(deleted)];
      const [left, kept] = [await limiter.consumed(deleted), await limiter.consumed(other)];
      const next = await limiter.consume(deleted);
      assertFinding(
        left === 0 && kept === 1 && next.consumedPoints === 1 && limiter.isAllowed(next),
        {
          actual: `${left} of the deleted key and ${kept} of another were left, and the next consume gave ${next.consumedPoints}, ${limiter.isAllowed(next) ? 'allowed' : 'refused'}`,
          expected: '0 of the deleted and 1 of the other, and then 1, allowed',
          impact: 'a success and strategy.unlock() clear the failures of one user',
        },
      );
      assertFinding(String(told) === 'true,false', {
        actual: `delete gave ${told}, first for a key that was there and then for one that was not`,
        expected: 'true,false',
        impact: 'that is how rate-limiter-flexible says whether there was anything to delete',
      });
    },
  },
];

/** That what is one counter is one, and what are two are two. */
export const keyChecks: readonly Check<Storage>[] = [
  {
    name: 'limiter: keyPrefix keeps counters apart',
    async verify(memory) {
      const [one, two] = [new TestedLimiter(memory), new TestedLimiter(memory)];
      const key = randomKey();
      await one.consume(key);
      const next = await two.consume(key);
      await two.delete(key);
      const left = await one.consumed(key);
      assertFinding(next.consumedPoints === 1 && left === 1, {
        actual: `a key counted once under each of two prefixes has ${next.consumedPoints} under the second, and ${left} under the first after the second was deleted`,
        expected: '1 and 1: options.keyPrefix is a part of every key',
        impact:
          'attempts, locks and SMS of one user would be one number, and clearing one clears all',
      });
    },
  },
  {
    name: 'limiter: tells keys apart by every character',
    async verify(memory) {
      const limiter = new TestedLimiter(memory);
      const keys = similarKeys(randomKey());
      for (const key of keys) await limiter.consume(key);
      const counts = await Promise.all(keys.map((key) => limiter.consumed(key)));
      assertFinding(String(counts) === '1,1,1,1,1', {
        actual: `${counts} for keys counted once each, that end in ${keys.map((key) => key.slice(-1))}`,
        expected: '1 each, upper and lower case apart, none cut off, no wildcards',
        impact: 'one user must not be locked, or cleared, by what another does',
      });
    },
  },
  {
    name: 'limiter: another one with the same options counts on',
    async verify(memory) {
      const keyPrefix = randomPrefix();
      const [one, two] = [
        new TestedLimiter(memory, { keyPrefix }),
        new TestedLimiter(memory, { keyPrefix }),
      ];
      const key = randomKey();
      await one.consume(key);
      const next = await two.consume(key);
      const used = await one.consumed(key);
      assertFinding(next.consumedPoints === 2 && used === 2, {
        actual: `consumedPoints of ${next.consumedPoints} in a second limiter after one in the first, and then ${used} in the first`,
        expected: '2 and 2: the count is in the database, or in what the factory shares',
        impact: 'each strategy of an app would allow as many guesses again',
      });
    },
  },
];
