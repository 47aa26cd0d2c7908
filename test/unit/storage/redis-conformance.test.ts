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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onRedis } from '../../../lib/storage/redis.js';
import type { IoredisClient, NodeRedisClient } from '../../../lib/storage/redis-clients.js';
import { hasRedis, spawnCluster, spawnRedis, spawnSentinel } from '../../fixtures/redis-server.mjs';
import { withoutRedis } from '../../left-out/lacking.js';
import { failuresOf } from '../testing/database.js';

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

/** By itself it gives up after a second, which a busy machine may take. In milliseconds. */
const patient = { slotsRefreshTimeout: 60_000 };

const kinds: Readonly<Record<string, (places: Places) => Promise<Connected>>> = {
  'redis 4 createClient': ({ server }) => connected4(createClient4({ url: url(server) })),
  'redis 4 createCluster': (places) => connected4(createCluster4({ rootNodes: rootNodes(places) })),
  'redis 5 createClient': ({ server }) => connected(createClient5({ url: url(server) })),
  'redis 5 createClientPool': ({ server }) => connected(createClientPool5({ url: url(server) })),
  'redis 5 createCluster': (places) => connected(createCluster5({ rootNodes: rootNodes(places) })),
  'redis 6 createClient': ({ server }) => connected(createClient({ url: url(server) })),
  'redis 6 createClientPool': ({ server }) => connected(createClientPool({ url: url(server) })),
  'redis 6 createCluster': (places) => connected(createCluster({ rootNodes: rootNodes(places) })),
  'redis 6 createClient keyPrefix': ({ server }) =>
    connected(createClient({ url: url(server), keyPrefix: 'shop:' })),
  'redis 6 createCluster keyPrefix': (places) =>
    connected(createCluster({ rootNodes: rootNodes(places), keyPrefix: 'shop:' })),
  'ioredis 5 Redis': ({ server }) => ready(new Redis5(server)),
  'ioredis 5 lazyConnect': ({ server }) => ready(new Redis5(server, { lazyConnect })),
  'ioredis 5 Cluster': (places) => ready(new Cluster5([url(places.cluster)], patient)),
  'ioredis 6 Redis': ({ server }) => ready(new Redis(server)),
  'ioredis 6 lazyConnect': ({ server }) => ready(new Redis(server, { lazyConnect })),
  'ioredis 6 Cluster': (places) => ready(new Cluster([url(places.cluster)], patient)),
  'ioredis 6 Cluster lazyConnect': (places) =>
    ready(new Cluster([url(places.cluster)], { ...patient, lazyConnect })),
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

/** Of each client; and what is taken back leaves no key (A38), nor one without expiry (F35). */
const sound = { failures: new Map(), taken: [2, 1], left: null };

describe.skipIf(!hasRedis)(`F14: onRedis passes every check of conformance${withoutRedis}`, () => {
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
    const storage = onRedis(here.client);
    const anotherStorage = onRedis(there.client);
    const failures = await failuresOf({
      storage: () => storage,
      anotherStorage: () => anotherStorage,
      failingStorage: null,
    });
    const counter = storage.limiter({ keyPrefix: 'taken back', points: 2, duration: 0 });
    for (let time = 0; time < 3; time += 1) await counter.penalty(key);
    const taken = [await counter.takeBack?.(key, 2), await counter.takeBack?.(key, 2)];
    const left = await counter.get(key);
    await Promise.all([here.close(), there.close()]);
    return { failures, taken, left };
  }

  // One after the other: of several at once on a busy machine some would meet the suite's own deadline.
  it.each(Object.entries({ ...kinds, ...oneByOne }))('with %s', async (_kind, connect) => {
    expect(await foundWith(connect)).toEqual(sound);
  });
});
