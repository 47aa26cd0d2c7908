// Checks that the counts and blocks of a limiter last for their duration, and no longer.

import {
  assertHolds,
  type ConformanceCheck,
  earlyTolerance,
  lateTolerance,
  pause,
  randomKey,
  type TestedStorage,
  timeUntilGone,
} from './harness.js';
import { TestedLimiter } from './subjects.js';

const hasCount = (limiter: TestedLimiter, key: string) => async () =>
  (await limiter.consumed(key)) > 0;

const lateImpact = 'a user without attempts left stays locked out for longer than announced';

export const durationChecks: readonly ConformanceCheck<TestedStorage>[] = [
  {
    name: 'limiter: keeps a count for its duration',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { duration: 2 });
      const key = randomKey();
      const since = performance.now();
      const { msBeforeNext } = await limiter.consume(key);
      const elapsed = performance.now() - since;
      const impact = 'a count that expires early allows more guesses than configured';
      // Databases that count in whole seconds return up to one second less.
      assertHolds(msBeforeNext > 1000 - elapsed && msBeforeNext <= 2000 + earlyTolerance, {
        actual: `the first consume returned msBeforeNext ${msBeforeNext}, with a duration of 2 seconds`,
        expected: 'between 1000 and 2000',
        impact,
      });
      const gone = await timeUntilGone(
        hasCount(limiter, key),
        since,
        msBeforeNext - earlyTolerance,
      );
      assertHolds(gone === undefined || gone >= msBeforeNext - earlyTolerance, {
        actual: `a count with msBeforeNext ${msBeforeNext} was gone after ${gone} ms`,
        expected: 'a count that lasts for msBeforeNext',
        impact,
      });
    },
  },
  {
    name: 'limiter: expires a count after its duration',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { duration: 1 });
      const key = randomKey();
      await limiter.consume(key);
      const since = performance.now();
      const gone = await timeUntilGone(hasCount(limiter, key), since, 1000 + lateTolerance);
      assertHolds(gone !== undefined, {
        actual: `a count with a duration of one second still existed after ${1000 + lateTolerance} ms`,
        expected: 'null, or no milliseconds left',
        impact: lateImpact,
      });
      // Redis reports no time left during the last millisecond of a key.
      await pause(earlyTolerance);
      const { consumedPoints } = await limiter.consume(key);
      assertHolds(consumedPoints === 1, {
        actual: `the first consume after the duration returned consumedPoints ${consumedPoints}`,
        expected: '1',
        impact: lateImpact,
      });
    },
  },
  {
    name: 'limiter: consume does not extend the duration of a count',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2, duration: 1 });
      const key = randomKey();
      await limiter.consume(key);
      const isSameCount = async () => (await limiter.consume(key)).consumedPoints > 1;
      const gone = await timeUntilGone(isSameCount, performance.now(), 1000 + lateTolerance);
      assertHolds(gone !== undefined, {
        actual: `a count with a duration of one second still existed after ${1000 + lateTolerance} ms of further consumes`,
        expected: 'a new count when the first second is over; do not set blockDuration',
        impact: lateImpact,
      });
    },
  },
  {
    name: 'limiter: keeps a count forever with a duration of 0',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 1, duration: 0 });
      const key = randomKey();
      const { msBeforeNext } = await limiter.consume(key);
      await pause(1000 + earlyTolerance);
      const { consumedPoints } = await limiter.consume(key);
      assertHolds(msBeforeNext <= 0 && consumedPoints === 2, {
        actual: `consume returned msBeforeNext ${msBeforeNext}, and consumedPoints ${consumedPoints} one second later`,
        expected: '-1 or 0, then 2: a duration of 0 means that the count never expires',
        impact: 'a hundred consecutive failures lock a user permanently (NIST SP 800-63B-4)',
      });
    },
  },
];

const lockedOutImpact = 'users stay locked out, and an attacker can cause that with wrong codes';

export const blockChecks: readonly ConformanceCheck<TestedStorage>[] = [
  {
    name: 'limiter: block takes effect at once, and may outlast the duration',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2, duration: 1 });
      const key = randomKey();
      await limiter.consume(key);
      const since = performance.now();
      await limiter.block(key, 60);
      const blocked = await limiter.get(key);
      const elapsed = performance.now() - since;
      assertHolds(blocked !== undefined && blocked.consumedPoints > 2, {
        actual: `get returned consumedPoints ${blocked?.consumedPoints} after a block, with 2 points`,
        expected: '3 or more',
        impact: 'a locked user could go on guessing',
      });
      const { msBeforeNext } = blocked;
      assertHolds(msBeforeNext > 59_000 - elapsed && msBeforeNext <= 60_000 + earlyTolerance, {
        actual: `get returned msBeforeNext ${msBeforeNext} after a block of 60 seconds`,
        expected: 'between 59000 and 60000: a block replaces the remaining time of a key',
        impact: 'the lock of a user must last as long as announced',
      });
      await pause(1000 + earlyTolerance);
      const next = await limiter.consume(key);
      assertHolds(!limiter.isAllowed(next), {
        actual: 'a consume was allowed one second after a block of 60 seconds',
        expected: 'a refusal, also with a limiter duration of one second',
        impact: 'a locked user could go on guessing as soon as the duration is over',
      });
    },
  },
  {
    name: 'limiter: a block ends after its seconds',
    async verify(storage) {
      const limiter = new TestedLimiter(storage, { points: 2, duration: 60 });
      const key = randomKey();
      await limiter.consume(key);
      await limiter.block(key, 1);
      const gone = await timeUntilGone(
        hasCount(limiter, key),
        performance.now(),
        1000 + lateTolerance,
      );
      assertHolds(gone !== undefined, {
        actual: `a block of one second still existed after ${1000 + lateTolerance} ms`,
        expected: 'no block, also with a limiter duration of one minute',
        impact: lockedOutImpact,
      });
      // Redis reports no time left during the last millisecond of a key.
      await pause(earlyTolerance);
      const next = await limiter.consume(key);
      assertHolds(limiter.isAllowed(next), {
        actual: `a consume was refused ${gone} ms after a block of one second`,
        expected: 'an allowed consume',
        impact: lockedOutImpact,
      });
    },
  },
];
