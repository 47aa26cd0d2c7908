import type { Storage } from '../storage/storage.js';
import {
  assertFinding,
  type Check,
  earlyTolerance,
  lateTolerance,
  pause,
  randomKey,
  timeUntilGone,
} from './harness.js';
import { TestedLimiter } from './subjects.js';

const hasCount = (limiter: TestedLimiter, key: string) => async () =>
  (await limiter.consumed(key)) > 0;

const lateImpact = 'a user who is out of guesses stays locked out for longer than is said';

/** That counts last for the duration, and no longer. */
export const durationChecks: readonly Check<Storage>[] = [
  {
    name: 'limiter: keeps a count until its duration is over',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { duration: 2 });
      const key = randomKey();
      const since = performance.now();
      const { msBeforeNext } = await limiter.consume(key);
      const elapsed = performance.now() - since;
      const impact = 'who waits for a count to be forgotten early has more guesses than allowed';
      // Backends that count in whole seconds say so, and are up to one early.
      assertFinding(msBeforeNext > 1000 - elapsed && msBeforeNext <= 2000 + earlyTolerance, {
        actual: `msBeforeNext of ${msBeforeNext} in the first consume, with a duration of 2 seconds`,
        expected: 'up to 2000, less one second at most',
        impact,
      });
      const gone = await timeUntilGone(
        hasCount(limiter, key),
        since,
        msBeforeNext - earlyTolerance,
      );
      assertFinding(gone === undefined || gone >= msBeforeNext - earlyTolerance, {
        actual: `a count said to last for ${msBeforeNext} ms was gone after ${gone} ms`,
        expected: 'that it lasts for that',
        impact,
      });
    },
  },
  {
    name: 'limiter: forgets a count when its duration is over',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { duration: 1 });
      const key = randomKey();
      await limiter.consume(key);
      const since = performance.now();
      const gone = await timeUntilGone(hasCount(limiter, key), since, 1000 + lateTolerance);
      assertFinding(gone !== undefined, {
        actual: `a count with a duration of a second was still there after ${1000 + lateTolerance} ms`,
        expected: 'null, or 0 milliseconds left',
        impact: lateImpact,
      });
      // In its last millisecond a key of Redis has no time left, and is there.
      await pause(earlyTolerance);
      const { consumedPoints } = await limiter.consume(key);
      assertFinding(consumedPoints === 1, {
        actual: `consumedPoints of ${consumedPoints} in the first consume after the duration`,
        expected: '1',
        impact: lateImpact,
      });
    },
  },
  {
    name: 'limiter: counting on does not prolong a count',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2, duration: 1 });
      const key = randomKey();
      await limiter.consume(key);
      const isCountedOn = async () => (await limiter.consume(key)).consumedPoints > 1;
      const gone = await timeUntilGone(isCountedOn, performance.now(), 1000 + lateTolerance);
      assertFinding(gone !== undefined, {
        actual: `a count with a duration of a second, which was counted on, was there after ${1000 + lateTolerance} ms`,
        expected: 'a new count from the end of the first second on; so no blockDuration',
        impact: lateImpact,
      });
    },
  },
  {
    name: 'limiter: keeps a count for ever where the duration is 0',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 1, duration: 0 });
      const key = randomKey();
      try {
        const { msBeforeNext } = await limiter.consume(key);
        await pause(1000 + earlyTolerance);
        const { consumedPoints } = await limiter.consume(key);
        assertFinding(msBeforeNext <= 0 && consumedPoints === 2, {
          actual: `msBeforeNext of ${msBeforeNext}, and consumedPoints of ${consumedPoints} in a consume a second later`,
          expected: '-1 or 0, and 2: a duration of 0 is none, and not one of no seconds',
          impact: 'a hundred failures in a row lock for good (NIST SP 800-63B-4)',
        });
      } finally {
        // Nothing else would ever take it away; whether delete works is a check of its own.
        await limiter.delete(key).catch(() => undefined);
      }
    },
  },
];

const lockedOutImpact = 'users stay locked out, and whoever enters wrong codes can do that to them';

/** That a key can be blocked, for as long as is asked for. */
export const blockChecks: readonly Check<Storage>[] = [
  {
    name: 'limiter: block refuses at once, and for longer than the duration',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2, duration: 1 });
      const key = randomKey();
      await limiter.consume(key);
      const since = performance.now();
      await limiter.block(key, 60);
      const blocked = await limiter.get(key);
      const elapsed = performance.now() - since;
      assertFinding(blocked !== undefined && blocked.consumedPoints > 2, {
        actual: `consumedPoints of ${blocked?.consumedPoints} in get after a block, with 2 points`,
        expected: '3 or more',
        impact: 'a locked user goes on guessing',
      });
      const { msBeforeNext } = blocked;
      assertFinding(msBeforeNext > 59_000 - elapsed && msBeforeNext <= 60_000 + earlyTolerance, {
        actual: `msBeforeNext of ${msBeforeNext} in get after a block of 60 seconds`,
        expected: 'up to 60000, less one second at most: a block replaces the time of a key',
        impact: 'the lock of a user is as long as it says, and no longer',
      });
      await pause(1000 + earlyTolerance);
      const next = await limiter.consume(key);
      assertFinding(!limiter.isAllowed(next), {
        actual: 'a consume that was allowed a second after a block of 60 seconds',
        expected: 'a refusal, also where the duration of the limiter is a second',
        impact: 'a locked user goes on guessing when the usual time is over',
      });
    },
  },
  {
    name: 'limiter: a block ends when its time is over',
    async verify(memory) {
      const limiter = new TestedLimiter(memory, { points: 2, duration: 60 });
      const key = randomKey();
      await limiter.consume(key);
      await limiter.block(key, 1);
      const isBlocked = async () => (await limiter.consumed(key)) > 0;
      const gone = await timeUntilGone(isBlocked, performance.now(), 1000 + lateTolerance);
      assertFinding(gone !== undefined, {
        actual: `a block of a second was still there after ${1000 + lateTolerance} ms`,
        expected: 'nothing, also where the duration of the limiter is a minute',
        impact: lockedOutImpact,
      });
      // In its last millisecond a key of Redis has no time left, and is there.
      await pause(earlyTolerance);
      const next = await limiter.consume(key);
      assertFinding(limiter.isAllowed(next), {
        actual: `a consume that was refused after a block of a second, ${gone} ms later`,
        expected: 'a consume that is allowed',
        impact: lockedOutImpact,
      });
    },
  },
];
