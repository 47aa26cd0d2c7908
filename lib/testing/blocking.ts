import type { Memory } from '../options/memory.js';
import type { Check } from './check.js';
import { goneAfter, grain, lateness, pause } from './expiry.js';
import { demand } from './finding.js';
import { someKey } from './names.js';
import { Tally } from './tally.js';

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
