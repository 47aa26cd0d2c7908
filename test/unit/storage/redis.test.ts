import { describe, expect, it } from 'vitest';
import { onRedis } from '../../../lib/storage/redis.js';
import type { IoredisClient, NodeRedisClient } from '../../../lib/storage/redis-clients.js';

/** As much of Redis as a store needs; the real one is in test/integration/redis.test.ts. */
function keys() {
  const held = new Map<string, string>();
  const lifetimes: number[] = [];
  const scripts: unknown[][] = [];
  const keep = async (key: string, value: string, milliseconds: number) => {
    held.set(key, value);
    lifetimes.push(milliseconds);
  };
  return {
    lifetimes,
    keep,
    scripts,
    run: async (...[, ...given]: unknown[]) => {
      scripts.push(given);
      return 1;
    },
    get: async (key: string) => held.get(key) ?? null,
    del: async (key: string) => held.delete(key),
  };
}

const multi = () => undefined;

function nodeRedis(isReady: boolean) {
  const { lifetimes, scripts, keep, run, get, del } = keys();
  const client = {
    isOpen: true,
    isReady,
    get,
    del,
    eval: run,
    set: (key, value, { PX }) => keep(key, value, PX),
    on: () => undefined,
    listenerCount: () => 1,
  } satisfies NodeRedisClient;
  return { client: { ...client, multi }, lifetimes, scripts };
}

function ioredis(status: string) {
  const { lifetimes, scripts, keep, run, get, del } = keys();
  const client = {
    status,
    connect: async () => undefined,
    get,
    del,
    eval: run,
    set: (key, value, unit, milliseconds) => keep(key, value, unit === 'PX' ? milliseconds : 0),
    on: () => undefined,
    listenerCount: () => 1,
  } satisfies IoredisClient;
  return { client: { ...client, multi }, lifetimes, scripts };
}

describe.each([
  [
    'the redis package',
    nodeRedis(true),
    nodeRedis(false),
    [{ keys: ['prefix:key'], arguments: ['2'] }],
  ],
  ['ioredis', ioredis('ready'), ioredis('reconnecting'), [1, 'prefix:key', 2]],
])('onRedis with a client of %s', (_package, ready, away, takeBackArguments) => {
  it('stores strings with a TTL in whole milliseconds, and deletes them', async () => {
    const { store } = onRedis(ready.client);
    await store.set('key', 'value', 1499.5);
    expect(ready.lifetimes).toEqual([1500]);
    expect(await store.get('key')).toBe('value');
    await store.delete('key');
    expect(await store.get('key')).toBeNull();
  });

  it('takes back counts with a script, in the argument order of this package', async () => {
    const { limiter } = onRedis(ready.client);
    const counter = limiter({ keyPrefix: 'prefix', points: 1, duration: 1 });
    expect(await counter.takeBack?.('key', 2)).toBe(1);
    expect(ready.scripts).toEqual([takeBackArguments]);
  });

  it('F6: fails immediately while Redis is down, without queueing commands', async () => {
    const { store, limiter } = onRedis(away.client);
    const notReady = 'Redis connection is not ready';
    const counter = limiter({ keyPrefix: 'prefix', points: 1, duration: 1 });
    const calls = [
      () => store.get('key'),
      () => store.set('key', 'value', 1),
      () => store.delete('key'),
      () => counter.consume('key'),
      () => counter.penalty('key'),
      () => counter.reward('key'),
      () => counter.block('key', 1),
      () => counter.get('key'),
      () => counter.delete('key'),
      async () => counter.takeBack?.('key', 1),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(notReady);
  });
});

describe('onRedis with a cluster of redis 4', () => {
  it('passes the key of each script, without which the script goes to a random node', async () => {
    const sent: unknown[][] = [];
    const { client } = nodeRedis(true);
    const transaction = {
      incrBy: () => transaction,
      pTTL: () => transaction,
      exec: async () => [1, -1],
    };
    const { limiter } = onRedis({
      ...client,
      ...{
        slots: [],
        multi: () => transaction,
        sendCommand: async (...words: unknown[]) => {
          sent.push(words);
          return [1, 1000];
        },
      },
    });
    const counter = limiter({ keyPrefix: 'prefix', points: 1, duration: 1 });
    const withoutExpiry = limiter({ keyPrefix: 'prefix', points: 1, duration: 0 });
    await counter.consume('key');
    await counter.takeBack?.('key', 2);
    expect(await withoutExpiry.consume('key')).toMatchObject({ consumedPoints: 1 });
    expect(await counter.delete('key')).toBe(false);
    expect(sent).toEqual([
      ['prefix:key', false, ['EVAL', expect.any(String), '1', 'prefix:key', '1', '1', '1', '1']],
      ['prefix:key', false, ['EVAL', expect.any(String), '1', 'prefix:key', '2']],
    ]);
  });
});
