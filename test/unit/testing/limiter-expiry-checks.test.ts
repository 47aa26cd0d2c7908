import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import type { Limiter, LimiterOptions, LimiterResult } from '../../../lib/index.js';
import { failedChecks, type LimiterOverrides, methodsOf } from './database.js';

const blocks = 'limiter: block refuses at once, and for longer than the duration';
const unblocks = 'limiter: a block ends when its time is over';
const reads = 'limiter: get reads and does not count';
const keeps = 'limiter: keeps a count until its duration is over';
const forgets = 'limiter: forgets a count when its duration is over';
const fixed = 'limiter: counting on does not prolong a count';
const forEver = 'limiter: keeps a count for ever where the duration is 0';

/** A limiter that is told something else than was asked for, and keeps quiet about it. */
const told = (
  change: (options: LimiterOptions) => ConstructorParameters<typeof RateLimiterMemory>[0],
): ((works: RateLimiterMemory, options: LimiterOptions) => Limiter) => {
  const made = new Map<string, RateLimiterMemory>();
  return (_works, options) => {
    const limiter = made.get(options.keyPrefix) ?? new RateLimiterMemory(change(options));
    made.set(options.keyPrefix, limiter);
    return methodsOf(limiter);
  };
};

const lasting = (change: (duration: number) => number) =>
  told((options) => ({ ...options, duration: change(options.duration) }));

/** Forgets sooner than it says. */
const forgettingInSecret: LimiterOverrides = (works) => {
  const since = new Map<string, number>();
  return {
    consume: (key) => {
      since.set(key, since.get(key) ?? Date.now());
      return works.consume(key);
    },
    get: async (key) =>
      Date.now() - (since.get(key) ?? Date.now()) < 1000 ? works.get(key) : null,
  };
};

const countingOnAfterwards: LimiterOverrides = (works, { duration }) => {
  const before = new Map<string, number>();
  return {
    consume: async (key) => {
      const result = await works.consume(key);
      const again = duration === 1 && result.consumedPoints === 1 && before.get(key) === 1;
      before.set(key, result.consumedPoints);
      return again ? Object.assign(result, { consumedPoints: 2 }) : result;
    },
  };
};

const prolongingByCounting: LimiterOverrides = (works) => ({
  consume: async (key) => {
    const { consumedPoints } = await works.penalty(key);
    const result = await works.set(key, consumedPoints, works.duration);
    if (consumedPoints > works.points) throw result;
    return result;
  },
});

const neverTimed = told((options) => ({ ...options, duration: 0 }));

/** Says that a count will be forgotten, and never forgets it. */
const neverForgetting: LimiterOverrides = (works, options) => {
  const limiter = neverTimed(works, options);
  const announced = ({ consumedPoints, msBeforeNext }: LimiterResult) => ({
    consumedPoints,
    msBeforeNext: msBeforeNext < 0 ? options.duration * 1000 || -1 : msBeforeNext,
  });
  return {
    ...limiter,
    consume: async (key) => announced(await limiter.consume(key)),
    get: async (key) => {
      const result = await limiter.get(key);
      return result && announced(result);
    },
  };
};

describe('A limiter that keeps another time fails what it breaks, and nothing else', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['it forgets at half the time', lasting((duration) => duration / 2), [keeps]],
    ['it forgets sooner than it says', forgettingInSecret, [keeps]],
    ['it takes seconds for milliseconds', lasting((duration) => duration / 1000), [keeps]],
    ['it never forgets', neverForgetting, [forgets, fixed]],
    [
      'it takes milliseconds for seconds',
      lasting((duration) => duration * 1000),
      [keeps, forgets, fixed, reads],
    ],
    ['it starts at 2 again', countingOnAfterwards, [forgets]],
    ['it prolongs by counting', prolongingByCounting, [fixed]],
    ['it blocks by itself', told((options) => ({ ...options, blockDuration: 60 })), [fixed]],
    ['it takes no duration for a second', lasting((duration) => duration || 1), [forEver]],
    ['it takes no duration for a day', lasting((duration) => duration || 86_400), [forEver]],
  ])('%s', async (_how, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const blockingWhoIsNotCounted: LimiterOverrides = (works) => ({
  block: async (key, seconds) => (await works.get(key)) ?? works.block(key, seconds),
});

const blockingUpToThePoints: LimiterOverrides = (works) => ({
  block: (key, seconds) => works.set(key, works.points, seconds),
});

const forgettingBlocks: LimiterOverrides = (works) => {
  const until = new Map<string, number>();
  return {
    block: (key, seconds) => {
      until.set(key, Date.now() + works.msDuration);
      return works.block(key, seconds);
    },
    consume: async (key) => {
      if (Date.now() >= (until.get(key) ?? Date.now() + 1)) await works.delete(key);
      return works.consume(key);
    },
  };
};

describe('A limiter that blocks for another time fails what it breaks, and nothing else', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    [
      'it does not block',
      (works) => ({ block: (key) => works.penalty(key, 0) }),
      [blocks, unblocks],
    ],
    ['it blocks only who is not counted', blockingWhoIsNotCounted, [blocks, unblocks]],
    ['it blocks by the points alone', blockingUpToThePoints, [blocks]],
    [
      'it blocks for the duration',
      (works) => ({ block: (key) => works.block(key, works.duration) }),
      [blocks, unblocks],
    ],
    [
      'it blocks for ever',
      (works) => ({ block: (key) => works.block(key, 0) }),
      [blocks, unblocks],
    ],
    [
      'it blocks for an hour',
      (works) => ({ block: (key) => works.block(key, 3600) }),
      [blocks, unblocks],
    ],
    ['it forgets a block after the duration', forgettingBlocks, [blocks]],
  ])('%s', async (_how, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

describe('A limiter that is exact to the millisecond, and no more', () => {
  it('passes where get forgets a moment before consume', async () => {
    const limiter: LimiterOverrides = (works) => ({
      get: async (key) => {
        const result = await works.get(key);
        return result && result.msBeforeNext >= 0 && result.msBeforeNext <= 50 ? null : result;
      },
    });
    expect(await failedChecks({ limiter })).toEqual([]);
  });
});
