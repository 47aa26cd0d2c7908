import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { Counter } from '../../../lib/limits/counter.js';
import { countsInThisProcess, type LimiterFactory } from '../../../lib/limits/limiter.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { construct, thrownBy } from '../../fixtures/thrown.js';

const options = { keyPrefix: 'passport-modica-2fa:tries', points: 5, duration: 60 };

/** Limiters whose options cannot be read. */
const hidingOptions: LimiterFactory = (asked) => {
  const limiter = new RateLimiterMemory({ ...asked });
  return {
    consume: (key) => limiter.consume(key),
    penalty: (key) => limiter.penalty(key),
    reward: (key) => limiter.reward(key),
    block: (key, seconds) => limiter.block(key, seconds),
    get: (key) => limiter.get(key),
    delete: (key) => limiter.delete(key),
  };
};

/** Never asked in these tests: they end at construction. */
const storeClient = { defineCommand: () => undefined, isOpen: false };

describe('A factory that spreads the options into its limiter', () => {
  it.each<[string, LimiterFactory]>([
    ['as they are', (asked) => new RateLimiterMemory({ ...asked })],
    [
      'behind a prefix of its own',
      (asked) => new RateLimiterMemory({ ...asked, keyPrefix: `app:${asked.keyPrefix}` }),
    ],
    ['in Redis', (asked) => new RateLimiterRedis({ storeClient, ...asked })],
    ['in memory', memoryLimiter()],
    ['in a limiter that does not show them', hidingOptions],
    [
      'in a limiter whose prototype has no constructor',
      (asked) => Object.setPrototypeOf(hidingOptions(asked), Object.create(null)),
    ],
  ])('is accepted %s', async (_how, factory) => {
    expect(() => new Counter(factory, options)).not.toThrow();
  });
});

describe('A factory that drops an option', () => {
  it.each<[string, LimiterFactory]>([
    ['points', (asked) => new RateLimiterMemory({ ...asked, points: 1000 })],
    ['duration', (asked) => new RateLimiterMemory({ ...asked, duration: 1 })],
    ['prefix', ({ points, duration }) => new RateLimiterMemory({ points, duration })],
    [
      'prefix, for one of its own',
      (asked) => new RateLimiterMemory({ ...asked, keyPrefix: 'app' }),
    ],
    ['prefix, for none', (asked) => new RateLimiterMemory({ ...asked, keyPrefix: '' })],
  ])('is refused at construction: %s', async (_what, factory) => {
    const error = await thrownBy(ConfigurationError, () => new Counter(factory, options));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('option "limiter"');
    expect(error.hint).toContain('...options');
  });
});

describe('A factory of limiters that', () => {
  it.each([
    ['count from zero while Redis is down', { insuranceLimiter: new RateLimiterMemory(options) }],
    ['leave refusals uncounted', { inMemoryBlockOnConsumed: 11 }],
    ['hold requests back', { execEvenly: true }],
    ['block by themselves', { blockDuration: 60 }],
  ])('%s is refused at construction', async (_what, unfit) => {
    const make: LimiterFactory = (asked) =>
      new RateLimiterRedis({ storeClient, ...asked, ...unfit });
    const error = await thrownBy(ConfigurationError, () => new Counter(make, options));
    expect(error.code).toBe('option_invalid');
    expect(error.hint).toBe(`Leave ${Object.keys(unfit)} out.`);
  });
});

describe('A factory that returns no limiter', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a promise of one', Promise.resolve(new RateLimiterMemory({ ...options }))],
    ['an object without methods', {}],
    [
      'a limiter without block',
      Object.assign(new RateLimiterMemory({ ...options }), { block: undefined }),
    ],
  ])('is refused at construction: %s', async (_what, made) => {
    const error = await thrownBy(ConfigurationError, () => construct(Counter, () => made, options));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('option "limiter"');
  });
});

describe('countsInThisProcess', () => {
  it('recognises limiters of this process by name or property, and never throws', () => {
    expect(countsInThisProcess(memoryLimiter()(options))).toBe(true);
    // As a minifier names it, in another copy of the package.
    class a extends RateLimiterMemory {}
    expect(countsInThisProcess(new a({ ...options }))).toBe(true);
    // Another version, which keeps its counts elsewhere.
    expect(countsInThisProcess(new (class RateLimiterMemory {})())).toBe(true);
    for (const other of [{ consume: () => {} }, Object.create(null), undefined, null]) {
      expect(countsInThisProcess(other)).toBe(false);
    }
  });
});
