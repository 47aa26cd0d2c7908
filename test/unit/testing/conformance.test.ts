import { once } from 'node:events';
import { Redis } from 'ioredis';
import Keyv from 'keyv';
import { RateLimiterRedis, RateLimiterRedisNonAtomic } from 'rate-limiter-flexible';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  inMemory,
  type LimiterFactory,
  type LimiterOptions,
  type Storage,
  type Store,
} from '../../../lib/index.js';
import { onRedis } from '../../../lib/storage/redis.js';
import { memoryConformance } from '../../../lib/testing/index.js';
import { connectRedis, hasRedis, startRedis } from '../../fixtures/redis.js';
import { withoutRedis } from '../../left-out/lacking.js';
import { Database, failuresOf, failuresOnFakeClock } from './database.js';

describe('The memory of one process', () => {
  it.concurrent('passes every check', async () => {
    const memory = inMemory();
    expect(await failuresOf({ memory: () => memory })).toEqual(new Map());
  });

  it.concurrent('passes every check where each has one of its own', async () => {
    expect(await failuresOf({ memory: inMemory })).toEqual(new Map());
  });
});

describe('The checks', () => {
  it('have names of their own', () => {
    const names = memoryConformance({ memory: inMemory, anotherMemory: inMemory }).map(
      ({ name }) => name,
    );
    expect(names).toHaveLength(new Set(names).size);
  });

  it('all hold of a database that two processes share', async () => {
    const database = new Database();
    const memory = () => database.memory();
    expect(await failuresOnFakeClock({ memory, anotherMemory: memory })).toEqual(new Map());
  });

  it('each ask once for what they look at, and not before they run', async () => {
    const database = new Database();
    let asked = 0;
    const checks = memoryConformance({
      memory: async () => {
        asked += 1;
        return database.memory();
      },
    });
    expect(asked).toBe(0);
    await checks.find(({ name }) => name.startsWith('store:'))?.run();
    expect(asked).toBe(1);
  });

  it('leave nothing behind that lasts', async () => {
    const durations: number[] = [];
    const deleted: string[] = [];
    const database = new Database();
    await failuresOnFakeClock({
      memory: () =>
        database.memory({
          store: (works) => ({
            set: (key, value, ttl) => {
              durations.push(ttl);
              return works.set(key, value, ttl);
            },
          }),
          limiter: (works, { duration }) => ({
            delete: (key) => {
              if (duration === 0) deleted.push(key);
              return works.delete(key);
            },
          }),
        }),
    });
    expect(Math.max(...durations)).toBe(60_000);
    expect(deleted).toHaveLength(1);
  });
});

const strategy = 'a strategy takes the store and the limiter';

describe('A store that swallows errors', () => {
  it('is found where it says so', async () => {
    const adapter = Object.assign(new Map(), { throwOnErrors: false });
    const swallowing: Store = new Keyv({ store: adapter, throwOnErrors: true });
    const { limiter } = new Database().memory();
    const failures = await failuresOnFakeClock({ memory: () => ({ store: swallowing, limiter }) });
    expect([...failures.keys()]).toEqual([strategy]);
    expect(failures.get(strategy)?.message).toContain('throwOnErrors');
  });
});

/** Milliseconds for which each key of a Redis will be there; -1 for ever. */
async function timesLeft(url: string): Promise<readonly number[]> {
  const client = await connectRedis(url);
  const keys = await client.keys('*');
  return Promise.all(keys.map((key) => client.pTTL(key)));
}

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
    'passes every check over two connections of %s, and keeps nothing of it for ever',
    async (_package, connect) => {
      const { url } = await startRedis();
      const [here, there] = await Promise.all([connect(url), connect(url)]);
      const options = { memory: () => onRedis(here), anotherMemory: () => onRedis(there) };
      expect(await failuresOf(options)).toEqual(new Map());
      const times = await timesLeft(url);
      expect(times).not.toContain(-1);
      expect(Math.max(...times)).toBeLessThanOrEqual(60_000);
    },
  );

  it('passes every check with Keyv beside it', async () => {
    const storeClient = await connectIoredis((await startRedis()).url);
    const store = new Keyv({ throwOnErrors: true });
    const limiter: LimiterFactory = (options) => new RateLimiterRedis({ storeClient, ...options });
    expect(await failuresOf({ memory: () => ({ store, limiter }) })).toEqual(new Map());
  });

  it('loses every race with the limiter that is not atomic', async () => {
    const client = await connectIoredis((await startRedis()).url);
    const memory: Storage = {
      ...onRedis(client),
      limiter: (options) => new RateLimiterRedisNonAtomic({ storeClient: client, ...options }),
    };
    const failures = await failuresOf({ memory: () => memory });
    expect([...failures.keys()].toSorted()).toEqual([
      'a strategy takes the store and the limiter',
      'limiter: a claim is had once of 50 at once, and never again',
      'limiter: allows exactly the points of 50 consumes at once',
      'limiter: loses none of 50 consumes at once',
      'limiter: loses none of 50 penalties and rewards at once',
    ]);
  });

  it('keeps users locked out with inMemoryBlockOnConsumed', async () => {
    const { url } = await startRedis();
    const memoryOf = (client: Redis): Storage => ({
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
      memory: () => memoryOf(here),
      anotherMemory: () => memoryOf(there),
    });
    expect([...failures.keys()].toSorted()).toEqual([
      'a strategy takes the store and the limiter',
      'limiter: counts each consume, those beyond the points too',
      'limiter: reward takes back, also what was beyond the points',
      'two processes: what one blocks or frees the other sees at once',
    ]);
  });
});
