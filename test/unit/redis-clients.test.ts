import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5';
import { createClient, createClientPool, createCluster, createSentinel } from 'redis';
import { createClient as createClient4, createCluster as createCluster4 } from 'redis4';
import {
  createClient as createClient5,
  createClientPool as createClientPool5,
  createCluster as createCluster5,
  createSentinel as createSentinel5,
} from 'redis5';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SetupError } from '../../lib/errors.js';
import { type IoredisClient, type NodeRedisClient, onRedis } from '../../lib/redis.js';
import { hasRedis, startRedis } from '../fixtures/redis.js';
import { spawnCluster, spawnRedis, spawnSentinel } from '../fixtures/redis-server.mjs';
import { thrownBy } from '../fixtures/thrown.js';
import { failuresOf } from './testing/database.js';

/** Where Redis is: one server, a cluster, and a Sentinel that watches the server. */
interface Places {
  readonly server: number;
  readonly cluster: number;
  readonly sentinel: number;
}

interface Connected {
  readonly client: NodeRedisClient | IoredisClient;
  close(): unknown;
}

/** A client of the redis package, connected. */
async function connected<
  T extends NodeRedisClient & { connect(): Promise<unknown>; destroy(): unknown },
>(client: T): Promise<Connected> {
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
}

/** The same of version 4, which is closed by another name. */
async function connected4<
  T extends NodeRedisClient & { connect(): Promise<unknown>; disconnect(): unknown },
>(client: T): Promise<Connected> {
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.disconnect() };
}

/** A client of ioredis, ready unless it is to be connected later. */
async function ready<T extends Redis | Redis5 | Cluster | Cluster5>(client: T): Promise<Connected> {
  if (client.status !== 'wait') await once(client, 'ready');
  return { client, close: () => client.disconnect() };
}

const url = (port: number) => `redis://127.0.0.1:${port}`;
const rootNodes = ({ cluster }: Places) => [{ url: url(cluster) }];
const sentinels = ({ sentinel }: Places) => [{ host: '127.0.0.1', port: sentinel }];
const sentinelOf = (places: Places) => ({ name: 'ours', sentinelRootNodes: sentinels(places) });
const lazyConnect = true;

const kinds: Readonly<Record<string, (places: Places) => Promise<Connected>>> = {
  'redis 4 createClient': ({ server }) => connected4(createClient4({ url: url(server) })),
  'redis 4 createCluster': (places) => connected4(createCluster4({ rootNodes: rootNodes(places) })),
  'redis 5 createClient': ({ server }) => connected(createClient5({ url: url(server) })),
  'redis 5 createClientPool': ({ server }) => connected(createClientPool5({ url: url(server) })),
  'redis 5 createCluster': (places) => connected(createCluster5({ rootNodes: rootNodes(places) })),
  'redis 6 createClient': ({ server }) => connected(createClient({ url: url(server) })),
  'redis 6 createClientPool': ({ server }) => connected(createClientPool({ url: url(server) })),
  'redis 6 createCluster': (places) => connected(createCluster({ rootNodes: rootNodes(places) })),
  'ioredis 5 Redis': ({ server }) => ready(new Redis5(server)),
  'ioredis 5 lazyConnect': ({ server }) => ready(new Redis5(server, { lazyConnect })),
  'ioredis 5 Cluster': (places) => ready(new Cluster5([url(places.cluster)])),
  'ioredis 6 Redis': ({ server }) => ready(new Redis(server)),
  'ioredis 6 lazyConnect': ({ server }) => ready(new Redis(server, { lazyConnect })),
  'ioredis 6 Cluster': (places) => ready(new Cluster([url(places.cluster)])),
  'ioredis 6 Cluster lazyConnect': (places) =>
    ready(new Cluster([url(places.cluster)], { lazyConnect })),
  'ioredis 6 Sentinel': (places) =>
    ready(new Redis({ sentinels: sentinels(places), name: 'ours' })),
  'ioredis 6 keyPrefix': ({ server }) => ready(new Redis(server, { keyPrefix: 'shop:' })),
  'ioredis 6 enableAutoPipelining': ({ server }) =>
    ready(new Redis(server, { enableAutoPipelining: true })),
};

/** Of one connection unless it is told otherwise, and each command waits for the answer to the last. */
const oneByOne: typeof kinds = {
  'redis 5 createSentinel': (places) => connected(createSentinel5(sentinelOf(places))),
  'redis 6 createSentinel': (places) => connected(createSentinel(sentinelOf(places))),
};

describe.skipIf(!hasRedis)('F14: onRedis passes every check of conformance', () => {
  let places: Places | undefined;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const server = await spawnRedis();
    const cluster = await spawnCluster();
    const sentinel = await spawnSentinel(server);
    stops.push(sentinel.stop, cluster.stop, server.stop);
    places = { server: server.port, cluster: cluster.port, sentinel: sentinel.port };
  });

  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  async function foundWith(connect: (places: Places) => Promise<Connected>) {
    const key = randomUUID();
    if (places === undefined) throw new Error('Redis has not been started');
    const [here, there] = [await connect(places), await connect(places)];
    const memory = onRedis(here.client);
    const anotherMemory = onRedis(there.client);
    const failures = await failuresOf({
      memory: () => memory,
      anotherMemory: () => anotherMemory,
    });
    const counter = memory.limiter({ keyPrefix: 'taken back', points: 2, duration: 0 });
    for (let time = 0; time < 3; time += 1) await counter.penalty(key);
    const taken = [await counter.takeBack?.(key, 2), await counter.takeBack?.(key, 2)];
    const left = await counter.get(key);
    await Promise.all([here.close(), there.close()]);
    return { failures, taken, left };
  }

  it.concurrent.each(Object.entries(kinds))(
    'with %s',
    async (_kind, connect) => {
      expect(await foundWith(connect)).toEqual(sound);
    },
    60_000,
  );

  it.each(Object.entries(oneByOne))(
    'with %s',
    async (_kind, connect) => {
      expect(await foundWith(connect)).toEqual(sound);
    },
    60_000,
  );
});

/** Of each client; and what is taken back leaves no key (A38), nor one without expiry (F35). */
const sound = { failures: new Map(), taken: [2, 1], left: null };

const someClient = (options: object): unknown => new Redis({ ...options, lazyConnect: true });

describe('F14: onRedis refuses at construction', () => {
  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'no client'],
    [
      'a promise of a client',
      () =>
        createClient()
          .connect()
          .catch(() => {}),
      'no client',
    ],
    ['options of a client', () => ({ url: 'redis://127.0.0.1' }), 'no client'],
    ['a store of Keyv’s', () => new Map(), 'no client'],
    ['a legacy client', () => createClient4({ legacyMode: true }), 'legacyMode'],
    ['strings for counts', () => someClient({ stringNumbers: true }), 'stringNumbers'],
    [
      'strings for counts in a cluster',
      () => new Cluster([], { lazyConnect: true, redisOptions: { stringNumbers: true } }),
      'stringNumbers',
    ],
    [
      'a cluster that reads from replicas: ioredis',
      () => new Cluster([], { lazyConnect: true, scaleReads: 'slave' }),
      'scaleReads',
    ],
    [
      'a cluster that reads from replicas: redis',
      () => createCluster({ rootNodes: [], useReplicas: true }),
      'useReplicas',
    ],
  ])('%s', async (_what, client, problem) => {
    const error = await thrownBy(SetupError, () => Reflect.apply(onRedis, undefined, [client()]));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(problem);
  });
});

/** What the process is warned of from now on, until the test ends. */
function listenToWarnings() {
  const warnings: Error[] = [];
  const listener = (warning: Error) => warnings.push(warning);
  process.on('warning', listener);
  onTestFinished(() => {
    process.off('warning', listener);
  });
  return warnings;
}

describe.skipIf(!hasRedis)('F14: a client', () => {
  it('of redis that was never connected says how, and works once it is', async () => {
    const { url } = await startRedis();
    const client = createClient({ url });
    onTestFinished(() => client.destroy());
    const { store, limiter } = onRedis(client);
    const counter = limiter({ keyPrefix: 'prefix', points: 1, duration: 1 });
    const cure = 'await client.connect()';
    await expect(store.get('key')).rejects.toThrow(cure);
    await expect(counter.consume('key')).rejects.toThrow(cure);
    await client.connect();
    expect(await store.get('key')).toBeNull();
  });

  it('with lazyConnect is connected by whichever comes first, once for all', async () => {
    const { port, url } = await startRedis();
    const lazy = new Redis(url, { lazyConnect: true });
    onTestFinished(() => lazy.disconnect());
    const { store, limiter } = onRedis(lazy);
    expect(lazy.status).toBe('wait');
    const counter = limiter({ keyPrefix: 'prefix', points: 1, duration: 1 });
    const [found, { consumedPoints }] = await Promise.all([
      store.get('key'),
      counter.consume('key'),
    ]);
    expect([found, consumedPoints]).toEqual([null, 1]);
    expect(lazy.options.port).toBe(port);
  });

  it('with lazyConnect that cannot be reached fails closed, and recovers', async () => {
    const redis = await startRedis();
    await redis.stop();
    const lazy = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => 20 });
    lazy.on('error', () => {});
    onTestFinished(() => lazy.disconnect());
    const { store } = onRedis(lazy);
    await expect(Promise.all([store.get('key'), store.get('key')])).rejects.toThrow();
    await expect(store.get('key')).rejects.toThrow('Redis connection is not ready');
    // Not `once` of node:events: that one rejects at the first 'error'.
    const back = new Promise((resolve) => lazy.once('ready', resolve));
    await Promise.all([back, startRedis(redis.port)]);
    expect(await store.get('key')).toBeNull();
  });

  it('of redis without an error listener survives a restart, and each outage is reported once', async () => {
    const warnings = listenToWarnings();
    const redis = await startRedis();
    const client = createClient({ url: redis.url, socket: { reconnectStrategy: 20 } });
    onTestFinished(() => client.destroy());
    await client.connect();
    const { store } = onRedis(client);
    expect(onRedis(client)).toBeDefined();
    let port = redis;
    for (const outages of [1, 2]) {
      const failed = new Promise<void>((resolve) => {
        const seen = () => {
          if (client.isReady) return;
          client.off('reconnecting', seen);
          resolve();
        };
        client.on('reconnecting', seen);
      });
      await port.stop();
      await failed;
      const back = new Promise((resolve) => client.once('ready', resolve));
      port = await startRedis(redis.port);
      await back;
      expect(await store.get('key')).toBeNull();
      expect(warnings).toHaveLength(outages);
    }
    expect(warnings[0]).toMatchObject({
      name: 'PassportModica2faWarning',
      code: 'REDIS_UNREACHABLE',
    });
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    const failed = new Promise<void>((resolve) => client.once('error', () => resolve()));
    await port.stop();
    await failed;
    expect(errors.length).toBeGreaterThan(0);
    expect(warnings).toHaveLength(2);
  });
});
