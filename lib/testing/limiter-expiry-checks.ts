import type { Memory } from '../storage/storage.js';
import { type Check, demand, goneAfter, grain, lateness, pause, someKey } from './harness.js';
import { Tally } from './subjects.js';

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

const lockedOut = 'users stay locked out, and whoever enters wrong codes can do that to them';

/** That a key can be blocked, for as long as is asked for. */
export const blocking: readonly Check<Memory>[] = [
  {
    name: 'limiter: block refuses at once, and for longer than the duration',
    async look(memory) {
      const tally = new Tally(memory, { points: 2, duration: 1 });
      const key = someKey();
      await tally.consume(key);
      const since = performance.now();
      await tally.block(key, 60);
      const blocked = await tally.get(key);
      const elapsed = performance.now() - since;
      demand(blocked !== undefined && blocked.consumedPoints > 2, {
        seen: `consumedPoints of ${blocked?.consumedPoints} in get after a block, with 2 points`,
        expected: '3 or more',
        matters: 'a locked user goes on guessing',
      });
      const { msBeforeNext } = blocked;
      demand(msBeforeNext > 59_000 - elapsed && msBeforeNext <= 60_000 + grain, {
        seen: `msBeforeNext of ${msBeforeNext} in get after a block of 60 seconds`,
        expected: 'up to 60000, less one second at most: a block replaces the time of a key',
        matters: 'the lock of a user is as long as it says, and no longer',
      });
      await pause(1000 + grain);
      const next = await tally.consume(key);
      demand(!tally.allows(next), {
        seen: 'a consume that was allowed a second after a block of 60 seconds',
        expected: 'a refusal, also where the duration of the limiter is a second',
        matters: 'a locked user goes on guessing when the usual time is over',
      });
    },
  },
  {
    name: 'limiter: a block ends when its time is over',
    async look(memory) {
      const tally = new Tally(memory, { points: 2, duration: 60 });
      const key = someKey();
      await tally.consume(key);
      await tally.block(key, 1);
      const isBlocked = async () => (await tally.used(key)) > 0;
      const gone = await goneAfter(isBlocked, performance.now(), 1000 + lateness);
      demand(gone !== undefined, {
        seen: `a block of a second was still there after ${1000 + lateness} ms`,
        expected: 'nothing, also where the duration of the limiter is a minute',
        matters: lockedOut,
      });
      // In its last millisecond a key of Redis has no time left, and is there.
      await pause(grain);
      const next = await tally.consume(key);
      demand(tally.allows(next), {
        seen: `a consume that was refused after a block of a second, ${gone} ms later`,
        expected: 'a consume that is allowed',
        matters: lockedOut,
      });
    },
  },
];
