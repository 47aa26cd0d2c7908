import type { Memory } from '../options/memory.js';
import type { Check } from './check.js';
import { demand } from './finding.js';
import { similarKeys, someKey, somePrefix } from './names.js';
import { Tally } from './tally.js';

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
