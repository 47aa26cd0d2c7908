import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import type { LimiterFactory } from '../../../lib/index.js';
import { memoryLimiter } from '../../../lib/limits/limiter.js';
import {
  Database,
  failedChecks,
  failuresOnFakeClock,
  type LimiterOverrides,
  methodsOf,
} from './database.js';

const counts = 'limiter: counts each consume, those beyond the points too';
const rejects = 'limiter: consume resolves up to the points, and then rejects with a result';
const penalty = 'limiter: penalty counts beyond the points, and resolves';
const reward = 'limiter: reward takes back, also what was beyond the points';
const belowZero = 'limiter: a reward of what was never counted can be made good by a penalty';
const reads = 'limiter: get reads and does not count';
const unknown = 'limiter: get gives null for a key that was never counted';
const deletes = 'limiter: delete forgets one key and no other';
const consumes = 'limiter: loses none of 50 consumes at once';
const points = 'limiter: allows exactly the points of 50 consumes at once';
const claim = 'limiter: a claim is had once of 50 at once, and never again';
const bothWays = 'limiter: loses none of 50 penalties and rewards at once';
const blocks = 'limiter: block refuses at once, and for longer than the duration';
const forEver = 'limiter: keeps a count for ever where the duration is 0';

/** What is found by looking at a count with get. */
const looked = [
  ...[consumes, bothWays, reads, deletes],
  'limiter: keyPrefix keeps counters apart',
  'limiter: tells keys apart by every character',
  'limiter: another one with the same options counts on',
];

const resolvingAlways: LimiterOverrides = (works) => ({ consume: (key) => works.penalty(key) });

const notCountingRefusals: LimiterOverrides = (works) => ({
  consume: (key) =>
    works.consume(key).catch(async ({ consumedPoints, msBeforeNext }) => {
      await works.reward(key);
      throw { consumedPoints, msBeforeNext };
    }),
});

const allowingOneMore: LimiterOverrides = (works) => ({
  consume: async (key) => {
    const { consumedPoints, msBeforeNext } = await works.penalty(key);
    const told = { consumedPoints: Math.min(consumedPoints, works.points), msBeforeNext };
    if (consumedPoints > works.points + 1) throw told;
    return told;
  },
});

const refusingTheLast: LimiterOverrides = (works) => ({
  consume: async (key) => {
    const result = await works.penalty(key);
    if (result.consumedPoints >= works.points) throw result;
    return result;
  },
});

describe('A limiter whose consume is broken fails what it breaks, and nothing else', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['it resolves where it should reject', resolvingAlways, [rejects]],
    ['it does not count what it refuses', notCountingRefusals, [counts, consumes, reward, reads]],
    ['it allows one more', allowingOneMore, [counts, rejects, points, claim, forEver]],
    ['it allows one less', refusingTheLast, [rejects, points, claim, reward]],
  ])('%s', async (_how, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const neverCounted = { consumedPoints: 0, msBeforeNext: 0 };

const rejectingPenalties: LimiterOverrides = (works) => ({
  penalty: async (key, added) => {
    const result = await works.penalty(key, added);
    if (result.consumedPoints > works.points) throw result;
    return result;
  },
});

const penaltiesOfOne: LimiterOverrides = (works) => ({ penalty: (key) => works.penalty(key) });

const rewardsOfNothing: LimiterOverrides = (works) => ({
  reward: async (key) => (await works.get(key)) ?? neverCounted,
});

const losingWhatIsBelowZero: LimiterOverrides = (works) => ({
  reward: async (key) => {
    const result = await works.reward(key);
    if (result.consumedPoints < 0) await works.delete(key);
    return result;
  },
});

const stoppingAtZero: LimiterOverrides = (works) => ({
  reward: async (key) => ((await works.get(key)) ? works.reward(key) : works.penalty(key, 0)),
});

describe('A limiter whose penalties or rewards are broken fails what it breaks, and nothing else', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['its penalties reject', rejectingPenalties, [penalty]],
    ['its penalties are of one point', penaltiesOfOne, [penalty, bothWays]],
    ['its rewards do nothing', rewardsOfNothing, [reward, bothWays]],
    ['its counts below zero are lost', losingWhatIsBelowZero, [belowZero]],
    ['it never counts below zero, which is allowed', stoppingAtZero, []],
  ])('%s', async (_how, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const countingByGet: LimiterOverrides = (works) => ({
  get: async (key) => (await works.get(key)) && works.penalty(key),
});

const exaggeratingTimes: LimiterOverrides = (works) => ({
  get: async (key) => {
    const result = await works.get(key);
    return result && Object.assign(result, { msBeforeNext: result.msBeforeNext * 1000 });
  },
});

const knowingEverybody: LimiterOverrides = (works) => ({
  get: async (key) => (await works.get(key)) ?? neverCounted,
});

const sayingItDeleted: LimiterOverrides = (works) => ({
  delete: async (key) => (await works.delete(key)) || true,
});

describe('A limiter whose get or delete is broken fails what it breaks, and nothing else', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['its get counts', countingByGet, looked],
    ['its get takes milliseconds for seconds', exaggeratingTimes, [reads, blocks]],
    ['its get knows everybody', knowingEverybody, [unknown]],
    ['it never deletes', () => ({ delete: async () => true }), [deletes]],
    ['it always says that it deleted', sayingItDeleted, [deletes]],
    [
      'it fails to delete',
      () => ({ delete: () => Promise.reject(new Error('read-only')) }),
      [deletes, 'limiter: keyPrefix keeps counters apart'],
    ],
  ])('%s', async (_how, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const strategy = 'a strategy takes the store and the limiter';
const prefixes = 'limiter: keyPrefix keeps counters apart';
const keys = 'limiter: tells keys apart by every character';
const shared = 'limiter: another one with the same options counts on';

/** All methods under another key. */
const renaming =
  (rename: (key: string) => string): LimiterOverrides =>
  (works) => ({
    consume: (key) => works.consume(rename(key)),
    penalty: (key, added) => works.penalty(rename(key), added),
    reward: (key) => works.reward(rename(key)),
    block: (key, seconds) => works.block(rename(key), seconds),
    get: (key) => works.get(rename(key)),
    delete: (key) => works.delete(rename(key)),
  });

describe('A limiter that takes one key for another fails what it breaks, and nothing else', () => {
  it.each<[string, LimiterOverrides]>([
    ['it ignores case', renaming((key) => key.toLowerCase())],
    ['it cuts off keys', renaming((key) => key.slice(0, 40))],
    ['it takes _ for -', renaming((key) => key.replaceAll('_', '-'))],
  ])('%s', async (_how, limiter) => {
    expect(await failedChecks({ limiter })).toEqual([keys]);
  });
});

/** Shows what it was told, as the limiters of databases do, and not that it counts in this process. */
function shownLimiter(options: Parameters<LimiterFactory>[0]): ReturnType<LimiterFactory> {
  const limiter = new RateLimiterMemory({ ...options });
  const { points, duration, keyPrefix } = limiter;
  return Object.assign(methodsOf(limiter), { points, duration, keyPrefix });
}

/** One limiter for all options that this takes for the same. */
function oneFor(
  sameness: (options: Parameters<LimiterFactory>[0]) => string,
  make: LimiterFactory,
): LimiterFactory {
  const made = new Map<string, ReturnType<LimiterFactory>>();
  return (options) => {
    const limiter = made.get(sameness(options)) ?? make(options);
    made.set(sameness(options), limiter);
    return limiter;
  };
}

const byAll: Parameters<typeof oneFor>[0] = (options) => JSON.stringify(options);
const byNumbers: Parameters<typeof oneFor>[0] = ({ points, duration }) => `${points} ${duration}`;

const { store } = new Database().memory();

describe('A factory that does not do as it is told fails what it breaks, and nothing else', () => {
  it.each<[string, LimiterFactory, readonly string[]]>([
    [
      'it drops the prefix, and does not show it',
      oneFor(byNumbers, (options) => methodsOf(new RateLimiterMemory({ ...options }))),
      [prefixes],
    ],
    [
      'it drops the prefix, and shows it',
      oneFor(byNumbers, (options) => shownLimiter({ ...options, keyPrefix: 'app' })),
      [strategy, prefixes],
    ],
    [
      'it drops the points',
      oneFor(byAll, (options) => shownLimiter({ ...options, points: 1000 })),
      [strategy, rejects],
    ],
    ['it starts from nothing each time', shownLimiter, [shared]],
    ['it counts in one process for a store of many', memoryLimiter(), [strategy]],
  ])('%s', async (_how, limiter, failed) => {
    const failures = await failuresOnFakeClock({ memory: () => ({ store, limiter }) });
    expect([...failures.keys()].toSorted()).toEqual(failed.toSorted());
  });
});
