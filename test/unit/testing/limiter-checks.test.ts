import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import type { LimiterFactory } from '../../../lib/index.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import {
  alone,
  Database,
  failedChecks,
  failuresOnFakeClock,
  type LimiterOverrides,
  methodsOf,
} from './database.js';

const counts = 'limiter: consume counts every call, also beyond the points';
const rejects =
  'limiter: consume resolves within the points, and rejects with a result beyond them';
const penalty = 'limiter: penalty counts beyond the points, and resolves';
const reward = 'limiter: reward gives points back, also those beyond the limit';
const belowZero = 'limiter: a penalty corrects a reward below zero';
const takes = 'limiter: takeBack, if there is one, subtracts as many points as there are';
const reads = 'limiter: get returns the count without changing it';
const unknown = 'limiter: get returns null for an unknown key';
const deletes = 'limiter: delete removes one key only';
const consumes = 'limiter: counts each of 50 parallel consumes';
const points = 'limiter: allows exactly its points of 50 parallel consumes';
const claim = 'limiter: grants a claim to one of 50 parallel consumes, and never again';
const bothWays = 'limiter: loses none of 50 parallel penalties and rewards';
const blocks = 'limiter: block takes effect at once, and may outlast the duration';
const forEver = 'limiter: keeps a count forever with a duration of 0';

/** The checks that read a count with get. */
const failedByCountingGet = [
  ...[consumes, bothWays, reads, deletes],
  'limiter: keyPrefix separates counters',
  'limiter: distinguishes keys by every character',
  'limiter: limiters with the same options share their counts',
];

const alwaysResolving: LimiterOverrides = (working) => ({ consume: (key) => working.penalty(key) });

const notCountingRefusals: LimiterOverrides = (working) => ({
  consume: (key) =>
    working.consume(key).catch(async ({ consumedPoints, msBeforeNext }) => {
      await working.reward(key);
      throw { consumedPoints, msBeforeNext };
    }),
});

const allowingOneMore: LimiterOverrides = (working) => ({
  consume: async (key) => {
    const { consumedPoints, msBeforeNext } = await working.penalty(key);
    const result = { consumedPoints: Math.min(consumedPoints, working.points), msBeforeNext };
    if (consumedPoints > working.points + 1) throw result;
    return result;
  },
});

const allowingOneLess: LimiterOverrides = (working) => ({
  consume: async (key) => {
    const result = await working.penalty(key);
    if (result.consumedPoints >= working.points) throw result;
    return result;
  },
});

describe('The checks of consume', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['always resolves', alwaysResolving, [rejects]],
    ['does not count refused calls', notCountingRefusals, [counts, consumes, reward, reads]],
    ['allows one call too many', allowingOneMore, [counts, rejects, points, claim, forEver]],
    ['allows one call too few', allowingOneLess, [rejects, points, claim, reward]],
  ])('detect a consume that %s, without other failures', async (_, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const zero = { consumedPoints: 0, msBeforeNext: 0 };

const rejectingPenalties: LimiterOverrides = (working) => ({
  penalty: async (key, added) => {
    const result = await working.penalty(key, added);
    if (result.consumedPoints > working.points) throw result;
    return result;
  },
});

const penaltiesOfOne: LimiterOverrides = (working) => ({ penalty: (key) => working.penalty(key) });

const rewardsWithoutEffect: LimiterOverrides = (working) => ({
  reward: async (key) => (await working.get(key)) ?? zero,
});

const losingNegativeCounts: LimiterOverrides = (working) => ({
  reward: async (key) => {
    const result = await working.reward(key);
    if (result.consumedPoints < 0) await working.delete(key);
    return result;
  },
});

const stoppingAtZero: LimiterOverrides = (working) => ({
  reward: async (key) => ((await working.get(key)) ? working.reward(key) : working.penalty(key, 0)),
});

const takingBelowZero: LimiterOverrides = (working) => ({
  takeBack: async (key, points) => {
    await working.reward(key, points);
    return points;
  },
});

const keepingZero: LimiterOverrides = (working) => ({
  takeBack: async (key, points) => {
    const { consumedPoints } = await working.reward(key, points);
    const missing = Math.max(-consumedPoints, 0);
    await working.penalty(key, missing);
    return points - missing;
  },
});

describe('The checks of penalty and reward', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['penalties that reject', rejectingPenalties, [penalty]],
    ['penalties of one point only', penaltiesOfOne, [penalty, bothWays]],
    ['rewards without effect', rewardsWithoutEffect, [reward, bothWays]],
    ['counts below zero that are lost', losingNegativeCounts, [belowZero]],
    ['a takeBack that counts below zero', takingBelowZero, [takes]],
    ['a takeBack that keeps keys without points', keepingZero, [takes]],
  ])('detect %s, without other failures', async (_, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });

  it('pass for a limiter that never counts below zero', async () => {
    expect(await failedChecks({ limiter: stoppingAtZero })).toEqual([]);
  });
});

const countingGet: LimiterOverrides = (working) => ({
  get: async (key) => (await working.get(key)) && working.penalty(key),
});

const multiplyingTimes: LimiterOverrides = (working) => ({
  get: async (key) => {
    const result = await working.get(key);
    return result && Object.assign(result, { msBeforeNext: result.msBeforeNext * 1000 });
  },
});

const knowingEveryKey: LimiterOverrides = (working) => ({
  get: async (key) => (await working.get(key)) ?? zero,
});

const alwaysTrueDelete: LimiterOverrides = (working) => ({
  delete: async (key) => (await working.delete(key)) || true,
});

describe('The checks of get and delete', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['a get that counts', countingGet, failedByCountingGet],
    ['a get that confuses milliseconds with seconds', multiplyingTimes, [reads, blocks]],
    ['a get that knows every key', knowingEveryKey, [unknown]],
    ['a delete without effect', () => ({ delete: async () => true }), [deletes]],
    ['a delete that always returns true', alwaysTrueDelete, [deletes]],
    [
      'a delete that rejects',
      () => ({ delete: () => Promise.reject(new Error('read-only')) }),
      [deletes, 'limiter: keyPrefix separates counters'],
    ],
  ])('detect %s, without other failures', async (_, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const strategy = 'a strategy accepts the store and the limiter';
const prefixes = 'limiter: keyPrefix separates counters';
const keys = 'limiter: distinguishes keys by every character';
const shared = 'limiter: limiters with the same options share their counts';

/** Maps the keys of all methods. */
const renaming =
  (rename: (key: string) => string): LimiterOverrides =>
  (working) => ({
    consume: (key) => working.consume(rename(key)),
    penalty: (key, added) => working.penalty(rename(key), added),
    reward: (key) => working.reward(rename(key)),
    block: (key, seconds) => working.block(rename(key), seconds),
    get: (key) => working.get(rename(key)),
    delete: (key) => working.delete(rename(key)),
  });

describe('The checks of keys', () => {
  it.each<[string, LimiterOverrides]>([
    ['ignores case', renaming((key) => key.toLowerCase())],
    ['truncates keys', renaming((key) => key.slice(0, 40))],
    ['confuses _ and -', renaming((key) => key.replaceAll('_', '-'))],
  ])('detect a limiter that %s, without other failures', async (_, limiter) => {
    expect(await failedChecks({ limiter })).toEqual([keys]);
  });
});

/** Exposes its options like a database limiter, but not that it counts in this process. */
function databaseLikeLimiter(options: Parameters<LimiterFactory>[0]): ReturnType<LimiterFactory> {
  const limiter = new RateLimiterMemory({ ...options });
  const { points, duration, keyPrefix } = limiter;
  return Object.assign(methodsOf(limiter), { points, duration, keyPrefix });
}

/** Returns one limiter for all options with the same id. */
function oneFor(
  idOf: (options: Parameters<LimiterFactory>[0]) => string,
  make: LimiterFactory,
): LimiterFactory {
  const made = new Map<string, ReturnType<LimiterFactory>>();
  return (options) => {
    const limiter = made.get(idOf(options)) ?? make(options);
    made.set(idOf(options), limiter);
    return limiter;
  };
}

const byAll: Parameters<typeof oneFor>[0] = (options) => JSON.stringify(options);
const byNumbers: Parameters<typeof oneFor>[0] = ({ points, duration }) => `${points} ${duration}`;

const { store } = new Database().storage();

describe('The checks of the limiter factory', () => {
  it.each<[string, LimiterFactory, readonly string[]]>([
    [
      'ignores keyPrefix, and exposes no options',
      oneFor(byNumbers, (options) => methodsOf(new RateLimiterMemory({ ...options }))),
      [prefixes],
    ],
    [
      'ignores keyPrefix, and exposes another one',
      oneFor(byNumbers, (options) => databaseLikeLimiter({ ...options, keyPrefix: 'app' })),
      [strategy, prefixes],
    ],
    [
      'ignores points',
      oneFor(byAll, (options) => databaseLikeLimiter({ ...options, points: 1000 })),
      [strategy, rejects],
    ],
    ['starts a new count in each limiter', databaseLikeLimiter, [shared]],
    ['counts in one process next to a shared store', memoryLimiter(), [strategy]],
  ])('detect a factory that %s, without other failures', async (_, limiter, failed) => {
    const failures = await failuresOnFakeClock({
      storage: () => ({ store, limiter }),
      ...alone,
    });
    expect([...failures.keys()].toSorted()).toEqual(failed.toSorted());
  });
});
