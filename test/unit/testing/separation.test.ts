import Keyv from 'keyv';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import type { LimiterFactory, Store } from '../../../lib/index.js';
import { memoryLimiter } from '../../../lib/limits/limiter.js';
import { type BentLimiter, Database, failedBy, failuresInNoTime, methodsOf } from './database.js';

const strategy = 'a strategy takes the store and the limiter';
const rejects = 'limiter: consume resolves up to the points, and then rejects with a result';
const prefixes = 'limiter: keyPrefix keeps counters apart';
const keys = 'limiter: tells keys apart by every character';
const shared = 'limiter: another one with the same options counts on';

/** All methods under another key. */
const renaming =
  (rename: (key: string) => string): BentLimiter =>
  (works) => ({
    consume: (key) => works.consume(rename(key)),
    penalty: (key, added) => works.penalty(rename(key), added),
    reward: (key) => works.reward(rename(key)),
    block: (key, seconds) => works.block(rename(key), seconds),
    get: (key) => works.get(rename(key)),
    delete: (key) => works.delete(rename(key)),
  });

describe('A limiter that takes one key for another fails what it breaks, and nothing else', () => {
  it.each<[string, BentLimiter]>([
    ['it ignores case', renaming((key) => key.toLowerCase())],
    ['it cuts off keys', renaming((key) => key.slice(0, 40))],
    ['it takes _ for -', renaming((key) => key.replaceAll('_', '-'))],
  ])('%s', async (_how, limiter) => {
    expect(await failedBy({ limiter })).toEqual([keys]);
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
    const failures = await failuresInNoTime({ memory: () => ({ store, limiter }) });
    expect([...failures.keys()].toSorted()).toEqual(failed.toSorted());
  });
});

describe('A store that swallows errors', () => {
  it('is found where it says so', async () => {
    const adapter = Object.assign(new Map(), { throwOnErrors: false });
    const swallowing: Store = new Keyv({ store: adapter, throwOnErrors: true });
    const { limiter } = new Database().memory();
    const failures = await failuresInNoTime({ memory: () => ({ store: swallowing, limiter }) });
    expect([...failures.keys()]).toEqual([strategy]);
    expect(failures.get(strategy)?.message).toContain('throwOnErrors');
  });
});
