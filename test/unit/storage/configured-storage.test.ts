import Keyv from 'keyv';
import Keyv6 from 'keyv6';
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRedisNonAtomic } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import type { LimiterFactory } from '../../../lib/limits/limiter.js';
import { inMemory, memoryLimiter } from '../../../lib/storage/in-memory.js';
import type { TwoFactorOptions } from '../../../lib/strategy/options.js';
import { TwoFactorStrategy } from '../../../lib/strategy/two-factor-strategy.js';
import { providerOf } from '../../fixtures/modica.js';
import { thrownBy } from '../../fixtures/thrown.js';

const provider = providerOf({ url: 'http://127.0.0.1:1' });
const destination = () => null;

const strategyWith = (options: Partial<TwoFactorOptions<Express.User>>) =>
  new TwoFactorStrategy({ provider, destination, ...options }, async () => null);

/** Never asked in these tests: they end at construction. */
const storeClient = { defineCommand: () => undefined };
const limiter: LimiterFactory = (options) => new RateLimiterRedis({ storeClient, ...options });

/** Redis behind Keyv, which keeps quiet about what fails or does not. */
function keyvOver(throwOnErrors: boolean) {
  const adapter = Object.assign(new Map(), { throwOnErrors });
  return new Keyv({ store: adapter, throwOnErrors: true });
}

/** Cacheable 2 shows the same. */
function keyv6({ listener = false, throwOnEmptyListeners = true } = {}) {
  const keyv = new Keyv6();
  if (listener) keyv.on('error', () => {});
  return Object.assign(keyv, { throwOnEmptyListeners });
}

/** What they have beside a Map's get, set and delete. */
const quickLru5 = { ...storeMethods(), [Symbol.iterator]: () => [].values() };
const tinyLru = { ...storeMethods(), entries: () => [] };

function storeMethods() {
  return { get: () => undefined, set: () => undefined, delete: () => true };
}

describe('A strategy', () => {
  it.each<[string, Partial<TwoFactorOptions<Express.User>>]>([
    ['in the memory of this process', {}],
    ['in a storage of its own in this process', inMemory()],
    [
      'in a shared store with shared counters',
      { store: new Keyv({ throwOnErrors: true }), limiter },
    ],
    ['in a shared store that reports errors', { store: keyvOver(true), limiter }],
    ['in this process, with shared counters', { store: inMemory().store, limiter }],
  ])('may keep its challenges and counts %s', (_where, options) => {
    expect(strategyWith(options).name).toBe('modica-2fa');
  });

  it('F10: refuses a shared store with counters of this process alone', async () => {
    const error = await thrownBy(ConfigurationError, () =>
      strategyWith({ store: new Keyv({ throwOnErrors: true }), limiter: memoryLimiter() }),
    );
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('option "limiter" counts in this process alone');
    expect(error.hint).toContain('onRedis(client)');
  });

  it('accepts a store like Keyv 6 that throws its errors', () => {
    const store = Object.assign(keyv6(), { throwOnErrors: true });
    expect(() => strategyWith({ store, limiter })).not.toThrow();
  });

  it('F6: refuses a store that swallows errors', async () => {
    const error = await thrownBy(ConfigurationError, () =>
      strategyWith({ store: keyvOver(false), limiter }),
    );
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('set its throwOnErrors to true');
  });

  it.each<[string, unknown, string]>([
    ['that swallows errors: Keyv 5 with its defaults', new Keyv(), 'throwOnErrors: true'],
    ['that swallows errors: Keyv 6', keyv6(), 'reports errors as events'],
    ['that swallows errors: Keyv 6, listened to', keyv6({ listener: true }), 'as events'],
    ['that swallows errors: Keyv 6, silent', keyv6({ throwOnEmptyListeners: false }), 'as events'],
    ['that ignores times: a Map', new Map(), 'ignores how long'],
    ['that ignores times: lru-cache', new LRUCache({ max: 1 }), 'ignores how long'],
    ['that ignores times: quick-lru 5', quickLru5, 'ignores how long'],
    ['that ignores times: tiny-lru', tinyLru, 'ignores how long'],
  ])('F33: refuses a store %s', async (_what, store, problem) => {
    const error = await thrownBy(ConfigurationError, () =>
      Reflect.apply(strategyWith, undefined, [{ store, limiter }]),
    );
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(problem);
  });

  it.each<[string, LimiterFactory, string]>([
    [
      'that is not atomic',
      (options) => new RateLimiterRedisNonAtomic({ storeClient, ...options }),
      'is not atomic',
    ],
    [
      'that does not count some keys',
      (options) =>
        Object.assign(new RateLimiterRedis({ storeClient, ...options }), { whiteList: [] }),
      'whiteList',
    ],
  ])('F33: refuses a limiter %s', async (_what, unfit, problem) => {
    const store = new Keyv({ throwOnErrors: true });
    const error = await thrownBy(ConfigurationError, () => strategyWith({ store, limiter: unfit }));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(problem);
  });

  it('refuses other limits than another strategy on the same storage', async () => {
    const memory = inMemory();
    strategyWith(memory);
    const error = await thrownBy(ConfigurationError, () =>
      strategyWith({ ...memory, limits: { failuresPerUser: 11 } }),
    );
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('option "limits"');
  });
});
