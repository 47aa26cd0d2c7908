import type { Memory } from '../storage/storage.js';
import { type Check, demand, grain, similarKeys, someKey, somePrefix } from './harness.js';
import { Tally } from './subjects.js';

/** That each method of a limiter does what rate-limiter-flexible documents of it. */
export const counting: readonly Check<Memory>[] = [
  {
    name: 'limiter: counts each consume, those beyond the points too',
    async look(memory) {
      const tally = new Tally(memory, { points: 2 });
      const key = someKey();
      const counts: number[] = [];
      for (let time = 0; time < 4; time += 1) {
        counts.push((await tally.consume(key)).consumedPoints);
      }
      demand(String(counts) === '1,2,3,4', {
        seen: `consumedPoints of ${counts} in four calls of consume, with 2 points`,
        expected: '1,2,3,4',
        matters:
          'what is refused is taken back later; taken back uncounted, it is a guess for nothing',
      });
    },
  },
  {
    name: 'limiter: consume resolves up to the points, and then rejects with a result',
    async look(memory) {
      const tally = new Tally(memory, { points: 2 });
      const key = someKey();
      const refusals: boolean[] = [];
      for (let time = 0; time < 4; time += 1) refusals.push((await tally.consume(key)).refused);
      demand(String(refusals) === 'false,false,true,true', {
        seen: `${refusals} to whether consume rejected, in four calls with 2 points`,
        expected: 'false,false,true,true',
        matters:
          'this library looks at consumedPoints too and lets nothing through, but nothing else does',
      });
    },
  },
  {
    name: 'limiter: penalty counts beyond the points, and resolves',
    async look(memory) {
      const tally = new Tally(memory, { points: 2 });
      const key = someKey();
      const answers = [
        await tally.penalty(key),
        await tally.penalty(key, 2),
        await tally.penalty(key),
      ];
      const counts = answers.map(({ consumedPoints }) => consumedPoints);
      const refused = answers.some((answer) => answer.refused);
      demand(String(counts) === '1,3,4' && !refused, {
        seen: `consumedPoints of ${counts} in penalties of 1, 2 and 1${refused ? ', and a rejection' : ''}`,
        expected: '1,3,4, and no rejection',
        matters: 'penalties count how often a user was locked: each lock is twice as long',
      });
    },
  },
  {
    name: 'limiter: reward takes back, also what was beyond the points',
    async look(memory) {
      const tally = new Tally(memory, { points: 2 });
      const key = someKey();
      for (let time = 0; time < 3; time += 1) await tally.consume(key);
      const counts = [await tally.reward(key), await tally.reward(key)].map(
        ({ consumedPoints }) => consumedPoints,
      );
      const next = await tally.consume(key);
      demand(String(counts) === '2,1' && next.consumedPoints === 2 && tally.allows(next), {
        seen: `consumedPoints of ${counts} in two rewards after 3 of 2 points, then ${next.consumedPoints} in a consume that was ${tally.allows(next) ? 'allowed' : 'refused'}`,
        expected: '2,1 and then 2, allowed; so no blockDuration and no inMemoryBlockOnConsumed',
        matters:
          'when Modica cannot be reached the attempt is given back, or an outage locks users',
      });
    },
  },
  {
    name: 'limiter: a reward of what was never counted can be made good by a penalty',
    async look(memory) {
      const tally = new Tally(memory);
      const key = someKey();
      const { consumedPoints: below } = await tally.reward(key);
      if (below < 0) await tally.penalty(key, -below);
      const next = await tally.consume(key);
      demand(next.consumedPoints === 1, {
        seen: `consumedPoints of ${below} in a reward of nothing, and of ${next.consumedPoints} in the consume after it was made good`,
        expected: 'at most 0, and then 1',
        matters: 'what was forgotten in the meantime must earn nobody a guess more',
      });
    },
  },
  {
    name: 'limiter: get reads and does not count',
    async look(memory) {
      const tally = new Tally(memory, { points: 2, duration: 60 });
      const key = someKey();
      for (let time = 0; time < 3; time += 1) await tally.consume(key);
      const [first, second] = [await tally.get(key), await tally.get(key)];
      demand(first?.consumedPoints === 3 && second?.consumedPoints === 3, {
        seen: `${first?.consumedPoints}, then ${second?.consumedPoints} after 3 of 2 points`,
        expected: '3, and 3 again',
        matters: 'the code page shows the attempts that are left each time it is looked at',
      });
      const { msBeforeNext } = second;
      demand(msBeforeNext > 0 && msBeforeNext <= 60_000 + grain, {
        seen: `msBeforeNext of ${msBeforeNext} in a duration of 60 seconds`,
        expected: 'the milliseconds that are left of it',
        matters: 'it is what Retry-After says, and a count without time is one that was forgotten',
      });
    },
  },
  {
    name: 'limiter: get gives null for a key that was never counted',
    async look(memory) {
      const answer = await new Tally(memory).get(someKey());
      demand(answer === undefined, {
        seen: `consumedPoints of ${answer?.consumedPoints} for a random key`,
        expected: 'null',
        matters: 'users who did nothing are told how long they must wait, or that they are locked',
      });
    },
  },
  {
    name: 'limiter: delete forgets one key and no other',
    async look(memory) {
      const tally = new Tally(memory, { points: 2 });
      const [deleted, other] = [someKey(), someKey()];
      for (let time = 0; time < 3; time += 1) await tally.consume(deleted);
      await tally.consume(other);
      const told = [await tally.delete(deleted), await tally.delete(deleted)];
      const [left, kept] = [await tally.used(deleted), await tally.used(other)];
      const next = await tally.consume(deleted);
      demand(left === 0 && kept === 1 && next.consumedPoints === 1 && tally.allows(next), {
        seen: `${left} of the deleted key and ${kept} of another were left, and the next consume gave ${next.consumedPoints}, ${tally.allows(next) ? 'allowed' : 'refused'}`,
        expected: '0 of the deleted and 1 of the other, and then 1, allowed',
        matters: 'a success and strategy.unlock() clear the failures of one user',
      });
      demand(String(told) === 'true,false', {
        seen: `delete gave ${told}, first for a key that was there and then for one that was not`,
        expected: 'true,false',
        matters: 'that is how rate-limiter-flexible says whether there was anything to delete',
      });
    },
  },
];

/** That what is one counter is one, and what are two are two. */
export const separation: readonly Check<Memory>[] = [
  {
    name: 'limiter: keyPrefix keeps counters apart',
    async look(memory) {
      const [one, two] = [new Tally(memory), new Tally(memory)];
      const key = someKey();
      await one.consume(key);
      const next = await two.consume(key);
      await two.delete(key);
      const left = await one.used(key);
      demand(next.consumedPoints === 1 && left === 1, {
        seen: `a key counted once under each of two prefixes has ${next.consumedPoints} under the second, and ${left} under the first after the second was deleted`,
        expected: '1 and 1: options.keyPrefix is a part of every key',
        matters:
          'attempts, locks and SMS of one user would be one number, and clearing one clears all',
      });
    },
  },
  {
    name: 'limiter: tells keys apart by every character',
    async look(memory) {
      const tally = new Tally(memory);
      const keys = similarKeys(someKey());
      for (const key of keys) await tally.consume(key);
      const counts = await Promise.all(keys.map((key) => tally.used(key)));
      demand(String(counts) === '1,1,1,1,1', {
        seen: `${counts} for keys counted once each, that end in ${keys.map((key) => key.slice(-1))}`,
        expected: '1 each, upper and lower case apart, none cut off, no wildcards',
        matters: 'one user must not be locked, or cleared, by what another does',
      });
    },
  },
  {
    name: 'limiter: another one with the same options counts on',
    async look(memory) {
      const keyPrefix = somePrefix();
      const [one, two] = [new Tally(memory, { keyPrefix }), new Tally(memory, { keyPrefix })];
      const key = someKey();
      await one.consume(key);
      const next = await two.consume(key);
      const used = await one.used(key);
      demand(next.consumedPoints === 2 && used === 2, {
        seen: `consumedPoints of ${next.consumedPoints} in a second limiter after one in the first, and then ${used} in the first`,
        expected: '2 and 2: the count is in the database, or in what the factory shares',
        matters: 'each strategy of an app would allow as many guesses again',
      });
    },
  },
];
