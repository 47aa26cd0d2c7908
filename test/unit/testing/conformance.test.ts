import { once } from 'node:events';
import { Redis } from 'ioredis';
import Keyv from 'keyv';
import {
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRedisNonAtomic,
} from 'rate-limiter-flexible';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  inMemory,
  type LimiterFactory,
  type LimiterOptions,
  type Storage,
  type Store,
} from '../../../lib/index.js';
import { onRedis } from '../../../lib/storage/redis.js';
import { storageConformance } from '../../../lib/testing/index.js';
import { connectRedis, hasRedis, startRedis } from '../../fixtures/redis.js';
import { withoutRedis } from '../../left-out/lacking.js';
import { alone, Database, failuresOf, failuresOnFakeClock } from './database.js';

describe('The in-process storage', () => {
  it.concurrent('passes every check', async () => {
    const storage = inMemory();
    expect(await failuresOf({ storage: () => storage })).toEqual(new Map());
  });

  it.concurrent('passes each check with a storage of its own', async () => {
    expect(await failuresOf({ storage: inMemory })).toEqual(new Map());
  });
});

describe('storageConformance', () => {
  it('gives each check a unique name', () => {
    const names = storageConformance({
      storage: inMemory,
      anotherStorage: inMemory,
      failingStorage: inMemory,
    }).map(({ name }) => name);
    expect(names).toHaveLength(new Set(names).size);
  });

  it('passes for a database that two processes share', async () => {
    const database = new Database();
    const storage = () => database.storage();
    const options = { storage, anotherStorage: storage, failingStorage: null };
    expect(await failuresOnFakeClock(options)).toEqual(new Map());
  });

  it('calls storage once per check, and not before the check runs', async () => {
    const database = new Database();
    let calls = 0;
    const checks = storageConformance({
      storage: async () => {
        calls += 1;
        return database.storage();
      },
    });
    expect(calls).toBe(0);
    await checks.find(({ name }) => name.startsWith('store:'))?.run();
    expect(calls).toBe(1);
  });

  it('writes for a minute at most, should it be ended', async () => {
    const ttls: number[] = [];
    const database = new Database();
    await failuresOnFakeClock({
      storage: () =>
        database.storage({
          store: (working) => ({
            set: (key, value, ttl) => {
              ttls.push(ttl);
              return working.set(key, value, ttl);
            },
          }),
        }),
    });
    expect(Math.max(...ttls)).toBe(60_000);
  });
});

const strategy = 'a strategy accepts the store and the limiter';

describe('A store that swallows errors', () => {
  it('is detected if it has throwOnErrors: false', async () => {
    const adapter = Object.assign(new Map(), { throwOnErrors: false });
    const swallowing: Store = new Keyv({ store: adapter, throwOnErrors: true });
    const { limiter } = new Database().storage();
    const failures = await failuresOnFakeClock({
      storage: () => ({ store: swallowing, limiter }),
      ...alone,
    });
    expect([...failures.keys()]).toEqual([strategy]);
    expect(failures.get(strategy)?.message).toContain('throwOnErrors');
  });
});

describe('A limiter that the strategy would refuse', () => {
  it('is detected, and the fix is named: one table for each counter of RateLimiterPostgres', async () => {
    const { store } = new Database().storage();
    const query = async () => ({ rows: [] });
    const limiter: LimiterFactory = (options) =>
      new RateLimiterPostgres({
        storeClient: { query },
        storeType: 'client',
        tableCreated: true,
        clearExpiredByTimeout: false,
        ...options,
      });
    const check = storageConformance({ storage: () => ({ store, limiter }) })[0];
    expect(check?.name).toBe(strategy);
    await expect(check?.run()).rejects.toThrow('set one tableName for all');
  });
});

describe('Keys that ignore case', () => {
  it.each(['store', 'limiter'] as const)(
    'are detected, and the fix is named, a collation: %s',
    async (half) => {
      const lower = (key: string) => key.toLowerCase();
      const database = new Database();
      const failures = await failuresOnFakeClock({
        storage: () =>
          database.storage({
            store: (working) => ({
              get: (key) => working.get(lower(key)),
              set: (key, value, ttl) => working.set(lower(key), value, ttl),
            }),
            limiter: (working) => ({
              consume: (key) => working.consume(lower(key)),
              get: (key) => working.get(lower(key)),
            }),
          }),
        ...alone,
      });
      const name = `${half}: distinguishes keys by every character`;
      expect(failures.get(name)?.message).toContain('collation (MySQL: ascii_bin)');
    },
  );
});

/** On a port where nothing listens. */
const failing = {
  'the redis package': () => onRedis(createClient({ url: 'redis://127.0.0.1:1' })),
  ioredis: () => onRedis(new Redis(1, { lazyConnect: true, retryStrategy: () => null })),
};

async function connectIoredis(url: string) {
  const client = new Redis(url);
  onTestFinished(() => client.disconnect());
  await once(client, 'ready');
  return client;
}

describe.skipIf(!hasRedis)(`A real Redis${withoutRedis}`, () => {
  it.each([
    ['the redis package', connectRedis],
    ['ioredis', connectIoredis],
  ] as const)(
    'passes every check over two connections of %s, and is left empty',
    async (name, connect) => {
      const { url } = await startRedis();
      const [here, there] = await Promise.all([connect(url), connect(url)]);
      const options = {
        storage: () => onRedis(here),
        anotherStorage: () => onRedis(there),
        failingStorage: failing[name],
      };
      expect(await failuresOf(options)).toEqual(new Map());
      expect(await (await connectRedis(url)).keys('*')).toEqual([]);
    },
  );

  it('passes every check with a Keyv store', async () => {
    const storeClient = await connectIoredis((await startRedis()).url);
    const store = new Keyv({ throwOnErrors: true });
    const limiter: LimiterFactory = (options) => new RateLimiterRedis({ storeClient, ...options });
    expect(await failuresOf({ storage: () => ({ store, limiter }), ...alone })).toEqual(new Map());
  });

  it('fails every race check with the limiter that is not atomic', async () => {
    const client = await connectIoredis((await startRedis()).url);
    const storage: Storage = {
      ...onRedis(client),
      limiter: (options) => new RateLimiterRedisNonAtomic({ storeClient: client, ...options }),
    };
    const failures = await failuresOf({ storage: () => storage, ...alone });
    expect([...failures.keys()].toSorted()).toEqual([
      'a strategy accepts the store and the limiter',
      'limiter: allows exactly its points of 50 parallel consumes',
      'limiter: counts each of 50 parallel consumes',
      'limiter: grants a claim to one of 50 parallel consumes, and never again',
      'limiter: loses none of 50 parallel penalties and rewards',
    ]);
  });

  it('fails the checks for reward and for two processes with inMemoryBlockOnConsumed', async () => {
    const { url } = await startRedis();
    const storageOf = (client: Redis): Storage => ({
      ...onRedis(client),
      limiter: (options: LimiterOptions) =>
        new RateLimiterRedis({
          storeClient: client,
          ...options,
          inMemoryBlockOnConsumed: options.points + 1,
        }),
    });
    const [here, there] = await Promise.all([connectIoredis(url), connectIoredis(url)]);
    const failures = await failuresOf({
      storage: () => storageOf(here),
      anotherStorage: () => storageOf(there),
      failingStorage: null,
    });
    expect([...failures.keys()].toSorted()).toEqual([
      'a strategy accepts the store and the limiter',
      'limiter: consume counts every call, also beyond the points',
      'limiter: reward gives points back, also those beyond the limit',
      'two processes: each applies what the other blocks or deletes at once',
    ]);
  });
});
