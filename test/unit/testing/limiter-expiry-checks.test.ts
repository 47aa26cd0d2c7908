import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import type { Limiter, LimiterOptions, LimiterResult } from '../../../lib/index.js';
import { failedChecks, type LimiterOverrides, methodsOf } from './database.js';

const blocks = 'limiter: block takes effect at once, and may outlast the duration';
const unblocks = 'limiter: a block ends after its seconds';
const reads = 'limiter: get returns the count without changing it';
const keeps = 'limiter: keeps a count for its duration';
const forgets = 'limiter: expires a count after its duration';
const fixed = 'limiter: consume does not extend the duration of a count';
const forEver = 'limiter: keeps a count forever with a duration of 0';

/** A limiter with other options than requested, which it does not expose. */
const withOptions = (
  change: (options: LimiterOptions) => ConstructorParameters<typeof RateLimiterMemory>[0],
): ((working: RateLimiterMemory, options: LimiterOptions) => Limiter) => {
  const made = new Map<string, RateLimiterMemory>();
  return (_works, options) => {
    const limiter = made.get(options.keyPrefix) ?? new RateLimiterMemory(change(options));
    made.set(options.keyPrefix, limiter);
    return methodsOf(limiter);
  };
};

const withDuration = (change: (duration: number) => number) =>
  withOptions((options) => ({ ...options, duration: change(options.duration) }));

/** Expires counts before msBeforeNext. */
const expiringEarly: LimiterOverrides = (working) => {
  const since = new Map<string, number>();
  return {
    consume: (key) => {
      since.set(key, since.get(key) ?? Date.now());
      return working.consume(key);
    },
    get: async (key) =>
      Date.now() - (since.get(key) ?? Date.now()) < 1000 ? working.get(key) : null,
  };
};

const restartingAtTwo: LimiterOverrides = (working, { duration }) => {
  const before = new Map<string, number>();
  return {
    consume: async (key) => {
      const result = await working.consume(key);
      const again = duration === 1 && result.consumedPoints === 1 && before.get(key) === 1;
      before.set(key, result.consumedPoints);
      return again ? Object.assign(result, { consumedPoints: 2 }) : result;
    },
  };
};

const extendingByConsume: LimiterOverrides = (working) => ({
  consume: async (key) => {
    const { consumedPoints } = await working.penalty(key);
    const result = await working.set(key, consumedPoints, working.duration);
    if (consumedPoints > working.points) throw result;
    return result;
  },
});

const withoutDuration = withOptions((options) => ({ ...options, duration: 0 }));

/** Announces an expiry, but never expires a count. */
const neverExpiring: LimiterOverrides = (working, options) => {
  const limiter = withoutDuration(working, options);
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

describe('The checks of durations', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['expires counts at half the duration', withDuration((duration) => duration / 2), [keeps]],
    ['expires counts before msBeforeNext', expiringEarly, [keeps]],
    ['takes seconds for milliseconds', withDuration((duration) => duration / 1000), [keeps]],
    ['never expires counts', neverExpiring, [forgets, fixed]],
    [
      'takes milliseconds for seconds',
      withDuration((duration) => duration * 1000),
      [keeps, forgets, fixed, reads],
    ],
    ['starts the next count at 2', restartingAtTwo, [forgets]],
    ['extends the duration with each consume', extendingByConsume, [fixed]],
    [
      'blocks by blockDuration',
      withOptions((options) => ({ ...options, blockDuration: 60 })),
      [fixed],
    ],
    ['takes a duration of 0 for one second', withDuration((duration) => duration || 1), [forEver]],
    [
      'takes a duration of 0 for one day',
      withDuration((duration) => duration || 86_400),
      [forEver],
    ],
  ])('detect a limiter that %s, without other failures', async (_, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const blockingUncountedKeys: LimiterOverrides = (working) => ({
  block: async (key, seconds) => (await working.get(key)) ?? working.block(key, seconds),
});

const blockingAtThePoints: LimiterOverrides = (working) => ({
  block: (key, seconds) => working.set(key, working.points, seconds),
});

const endingBlocksWithDuration: LimiterOverrides = (working) => {
  const until = new Map<string, number>();
  return {
    block: (key, seconds) => {
      until.set(key, Date.now() + working.msDuration);
      return working.block(key, seconds);
    },
    consume: async (key) => {
      if (Date.now() >= (until.get(key) ?? Date.now() + 1)) await working.delete(key);
      return working.consume(key);
    },
  };
};

describe('The checks of blocks', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    [
      'does not block',
      (working) => ({ block: (key) => working.penalty(key, 0) }),
      [blocks, unblocks],
    ],
    ['blocks uncounted keys only', blockingUncountedKeys, [blocks, unblocks]],
    ['sets the count of a blocked key to its points', blockingAtThePoints, [blocks]],
    [
      'blocks for the duration',
      (working) => ({ block: (key) => working.block(key, working.duration) }),
      [blocks, unblocks],
    ],
    [
      'blocks forever',
      (working) => ({ block: (key) => working.block(key, 0) }),
      [blocks, unblocks],
    ],
    [
      'blocks for an hour',
      (working) => ({ block: (key) => working.block(key, 3600) }),
      [blocks, unblocks],
    ],
    ['ends a block with the duration', endingBlocksWithDuration, [blocks]],
  ])('detect a limiter that %s, without other failures', async (_, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

describe('The tolerance of the expiry checks', () => {
  it('passes a limiter whose get expires a count shortly before consume does', async () => {
    const limiter: LimiterOverrides = (working) => ({
      get: async (key) => {
        const result = await working.get(key);
        return result && result.msBeforeNext >= 0 && result.msBeforeNext <= 50 ? null : result;
      },
    });
    expect(await failedChecks({ limiter })).toEqual([]);
  });
});
