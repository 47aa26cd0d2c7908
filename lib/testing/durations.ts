import type { Memory } from '../options/memory.js';
import type { Check } from './check.js';
import { goneAfter, grain, lateness, pause } from './expiry.js';
import { demand } from './finding.js';
import { someKey } from './names.js';
import { Tally } from './tally.js';

const isCountedBy = (tally: Tally, key: string) => async () => (await tally.used(key)) > 0;

const late = 'a user who is out of guesses stays locked out for longer than is said';

/** That counts last for the duration, and no longer. */
export const durations: readonly Check<Memory>[] = [
  {
    name: 'limiter: keeps a count until its duration is over',
    async look(memory) {
      const tally = new Tally(memory, { duration: 2 });
      const key = someKey();
      const since = performance.now();
      const { msBeforeNext } = await tally.consume(key);
      const elapsed = performance.now() - since;
      const matters = 'who waits for a count to be forgotten early has more guesses than allowed';
      // Backends that count in whole seconds say so, and are up to one early.
      demand(msBeforeNext > 1000 - elapsed && msBeforeNext <= 2000 + grain, {
        seen: `msBeforeNext of ${msBeforeNext} in the first consume, with a duration of 2 seconds`,
        expected: 'up to 2000, less one second at most',
        matters,
      });
      const gone = await goneAfter(isCountedBy(tally, key), since, msBeforeNext - grain);
      demand(gone === undefined || gone >= msBeforeNext - grain, {
        seen: `a count said to last for ${msBeforeNext} ms was gone after ${gone} ms`,
        expected: 'that it lasts for that',
        matters,
      });
    },
  },
  {
    name: 'limiter: forgets a count when its duration is over',
    async look(memory) {
      const tally = new Tally(memory, { duration: 1 });
      const key = someKey();
      await tally.consume(key);
      const since = performance.now();
      const gone = await goneAfter(isCountedBy(tally, key), since, 1000 + lateness);
      demand(gone !== undefined, {
        seen: `a count with a duration of a second was still there after ${1000 + lateness} ms`,
        expected: 'null, or 0 milliseconds left',
        matters: late,
      });
      // In its last millisecond a key of Redis has no time left, and is there.
      await pause(grain);
      const { consumedPoints } = await tally.consume(key);
      demand(consumedPoints === 1, {
        seen: `consumedPoints of ${consumedPoints} in the first consume after the duration`,
        expected: '1',
        matters: late,
      });
    },
  },
  {
    name: 'limiter: counting on does not prolong a count',
    async look(memory) {
      const tally = new Tally(memory, { points: 2, duration: 1 });
      const key = someKey();
      await tally.consume(key);
      const isCountedOn = async () => (await tally.consume(key)).consumedPoints > 1;
      const gone = await goneAfter(isCountedOn, performance.now(), 1000 + lateness);
      demand(gone !== undefined, {
        seen: `a count with a duration of a second, which was counted on, was there after ${1000 + lateness} ms`,
        expected: 'a new count from the end of the first second on; so no blockDuration',
        matters: late,
      });
    },
  },
  {
    name: 'limiter: keeps a count for ever where the duration is 0',
    async look(memory) {
      const tally = new Tally(memory, { points: 1, duration: 0 });
      const key = someKey();
      try {
        const { msBeforeNext } = await tally.consume(key);
        await pause(1000 + grain);
        const { consumedPoints } = await tally.consume(key);
        demand(msBeforeNext <= 0 && consumedPoints === 2, {
          seen: `msBeforeNext of ${msBeforeNext}, and consumedPoints of ${consumedPoints} in a consume a second later`,
          expected: '-1 or 0, and 2: a duration of 0 is none, and not one of no seconds',
          matters: 'a hundred failures in a row lock for good (NIST SP 800-63B-4)',
        });
      } finally {
        // Nothing else would ever take it away; whether delete works is a check of its own.
        await tally.delete(key).catch(() => undefined);
      }
    },
  },
];
