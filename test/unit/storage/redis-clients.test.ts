import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool, createCluster, createSentinel } from 'redis';
import { createClient as createClient4 } from 'redis4';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { onRedis } from '../../../lib/storage/redis.js';
import { listenToEvents } from '../../fixtures/events.js';
import { hasRedis, startRedis } from '../../fixtures/redis.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { listenToWarnings } from '../../fixtures/warnings.js';

const clientSideCache = { ttl: 0, maxEntries: 100 };

const command = () => undefined;
const ioredisMethods = {
  connect: command,
  get: command,
  set: command,
  del: command,
  eval: command,
  multi: command,
  on: command,
};

/** As much of a client of ioredis as is asked for. */
const wholeClient: object = { ...ioredisMethods, status: 'ready' };

function endedClient(): Redis {
  const client = new Redis({ lazyConnect: true });
  client.disconnect();
  return client;
}

const someClient = (options: object): Redis => new Redis({ ...options, lazyConnect: true });

describe('F14: onRedis refuses at construction', () => {
  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'needs a client of redis'],
    [
      'a promise of a client',
      () =>
        createClient()
          .connect()
          .catch(() => {}),
      'needs a client of redis',
    ],
    ['options of a client', () => ({ url: 'redis://127.0.0.1' }), 'needs a client of redis'],
    ['a store of Keyv’s', () => new Map(), 'needs a client of redis'],
    ...['status', 'connect', 'get', 'set', 'del', 'eval', 'multi', 'on'].map(
      (name): [string, () => unknown, string] => [
        `what lacks ${name} of a client`,
        () => ({ ...wholeClient, [name]: undefined }),
        'needs a client of redis',
      ],
    ),
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
    [
      'a cluster whose nodes are asked as replicas: redis',
      () => createCluster({ rootNodes: [], defaults: { readonly: true } }),
      'readonly',
    ],
    ['a client of a replica: redis', () => createClient({ readonly: true }), 'readonly'],
    ['a client of a replica: ioredis', () => someClient({ readOnly: true }), 'readOnly'],
    [
      'a client of a replica: Sentinel',
      () => someClient({ sentinels: [{ port: 1 }], name: 'ours', role: 'slave' }),
      'role',
    ],
    ...Object.entries({
      client: () => createClient({ clientSideCache }),
      pool: () => createClientPool({}, { clientSideCache }),
      cluster: () => createCluster({ rootNodes: [], clientSideCache }),
      'Sentinel client': () =>
        createSentinel({ name: 'ours', sentinelRootNodes: [], clientSideCache }),
    }).map(([kind, make]): [string, () => unknown, string] => [
      `a ${kind} that caches values`,
      make,
      'clientSideCache',
    ]),
    ['a client that has ended', () => endedClient(), 'status of the Redis client is "end"'],
    ['a client that monitors', () => ({ ...wholeClient, status: 'monitoring' }), 'monitoring'],
  ])('%s', async (_what, client, problem) => {
    const error = await thrownBy(ConfigurationError, () =>
      Reflect.apply(onRedis, undefined, [client()]),
    );
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(problem);
  });
});

describe('onRedis takes', () => {
  it.each([
    [
      'a Sentinel client that names the master',
      () => someClient({ sentinels: [{ port: 1 }], name: 'ours', role: 'master' }),
    ],
    [
      'a cluster that reads from masters',
      () => new Cluster([], { lazyConnect: true, scaleReads: 'master' }),
    ],
  ])('%s, as ioredis does by default', (_what, client) => {
    expect(onRedis(client())).toHaveProperty('store');
  });
});

describe.skipIf(!hasRedis)('F14: a client', () => {
  it('of redis that was never connected fails with a hint, and works once it is', async () => {
    const { url } = await startRedis();
    const client = createClient({ url });
    onTestFinished(() => client.destroy());
    const { store, limiter } = onRedis(client);
    const counter = limiter({ keyPrefix: 'prefix', points: 1, duration: 1 });
    const hint = 'await client.connect()';
    await expect(store.get('key')).rejects.toThrow(hint);
    await expect(counter.consume('key')).rejects.toThrow(hint);
    await client.connect();
    expect(await store.get('key')).toBeNull();
  });

  it('with lazyConnect is connected once, by the first command', async () => {
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

  it('of redis without an error listener survives a restart, with a warning and an event', async () => {
    const [events, warnings] = [listenToEvents(), listenToWarnings()];
    const redis = await startRedis();
    const client = createClient({ url: redis.url, socket: { reconnectStrategy: 20 } });
    onTestFinished(() => client.destroy());
    await client.connect();
    const { store } = onRedis(client);
    const failed = new Promise<void>((resolve) => client.once('reconnecting', () => resolve()));
    await redis.stop();
    await failed;
    await expect(store.get('key')).rejects.toThrow();
    const back = new Promise((resolve) => client.once('ready', resolve));
    await startRedis(redis.port);
    await back;
    expect(await store.get('key')).toBeNull();
    expect(events).toContainEqual({
      name: 'storage_connection_failed',
      storage: 'Redis',
      problem: expect.any(String),
    });
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'DATABASE_UNREACHABLE' }));
  });
});
