// Storage on Redis, for apps with more than one process: `passport-modica-2fa/redis`.
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Limiter, LimiterFactory } from '../limits/limiter.js';
import { reportErrors } from './connection-errors.js';
import {
  type IoredisClient,
  isCluster4,
  isIoredis,
  type NodeRedisClient,
  type RedisClient,
  refuseUnfit,
} from './redis-clients.js';
import type { Storage, Store } from './storage.js';

/**
 * Creates storage on Redis: pending challenges, and the counters and claims that guard them. Accepts
 * clients of `redis` 4 to 6 (`createClient`, `createCluster`, `createClientPool`, `createSentinel`) and of
 * `ioredis` 5 and 6 (`Redis`, `Cluster`), before or after they are connected. A client with `lazyConnect`
 * is connected at its first use.
 *
 * While Redis cannot be reached, every login fails closed: immediately, because commands are not queued, or
 * after five seconds with a cluster or pool of `redis`, which do not report their connection. Logins resume
 * when Redis is back.
 *
 * After a failover of Sentinel or a cluster logins resume by themselves, except with `createCluster` of `redis` 4 and
 * 5: it learns of the new master only once the failed one is back. A Sentinel client of `redis` must not have a
 * `replicaPoolSize`: it would read from replicas, and does not show it.
 *
 * A client of `redis` without an `error` listener ends the process when its connection breaks. This function adds
 * one, which publishes the event `storage_connection_failed`, at most once a minute. While the app has none of its
 * own, it also warns with `process.emitWarning` and the code `DATABASE_UNREACHABLE`.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...onRedis(client), username, password, destination }, verify)
 *
 * @throws {ConfigurationError} `option_invalid` if it is not such a client, is closed, or has an option that would
 * corrupt counts or claims: `legacyMode`, `stringNumbers`, `clientSideCache`, reads from replicas.
 */
export function onRedis(client: NodeRedisClient | IoredisClient): Storage {
  refuseUnfit(client);
  reportErrors(client, 'Redis');
  const whenReady = async <T>(command: () => T): Promise<Awaited<T>> => {
    await ready(client);
    return await command();
  };
  const store: Store = {
    get: (key) => whenReady(() => client.get(key)),
    set: (key, value, ttl) => whenReady(() => setFor(client, key, value, Math.ceil(ttl))),
    delete: (key) => whenReady(() => client.del(key)),
  };
  const limiter: LimiterFactory = (options) => {
    // Its own check of the connection misses clusters, pools and `delete`.
    const counters = new RateLimiterRedis({
      storeClient: scripting(client),
      useRedisPackage: !isIoredis(client),
      ...options,
    });
    const limiterWhenReady: Limiter = {
      consume: (key, points) => whenReady(() => counters.consume(key, points)),
      penalty: (key, points) => whenReady(() => counters.penalty(key, points)),
      reward: (key, points) => whenReady(() => counters.reward(key, points)),
      block: (key, seconds) => whenReady(() => counters.block(key, seconds)),
      get: (key) => whenReady(() => counters.get(key)),
      delete: (key) => whenReady(() => counters.delete(key)),
      takeBack: async (key, points) =>
        Number(await whenReady(() => takeBack(client, counters.getKey(key), points))),
    };
    return limiterWhenReady;
  };
  return { store, limiter };
}

/** Lazy connections in progress: other commands wait for the same one. */
const connecting = new WeakMap<RedisClient, Promise<unknown>>();

/** Both packages queue commands while they reconnect. A login must fail instead of waiting in that queue. */
async function ready(client: RedisClient): Promise<void> {
  if (!isIoredis(client)) {
    if (!client.isOpen) {
      throw new Error('The Redis client is not connected: await client.connect()');
    }
    if (client.isReady === false) throw new Error('Redis connection is not ready');
    return;
  }
  if (client.status === 'wait') connecting.set(client, client.connect());
  try {
    await connecting.get(client);
  } finally {
    connecting.delete(client);
  }
  if (client.status !== 'ready') throw new Error('Redis connection is not ready');
}

function setFor(client: RedisClient, key: string, value: string, milliseconds: number) {
  return isIoredis(client)
    ? client.set(key, value, 'PX', milliseconds)
    : client.set(key, value, { PX: milliseconds });
}

/** Redis runs a script atomically: the next count after it finds no key and starts at one. */
const takeBackScript = `
  local used = tonumber(redis.call('get', KEYS[1]) or 0)
  local points = tonumber(ARGV[1])
  if used > points then redis.call('decrby', KEYS[1], points) else redis.call('del', KEYS[1]) end
  return math.max(math.min(used, points), 0)
`;

function takeBack(client: RedisClient, key: string, points: number): Promise<unknown> {
  return isIoredis(client)
    ? client.eval(takeBackScript, 1, key, points)
    : scripting(client).eval(takeBackScript, { keys: [key], arguments: [String(points)] });
}

/**
 * The client, except for a cluster of redis 4: its `eval` (4.7.1, lib/cluster) does not read its keys, and asks a
 * random node again until the right one is met or eight attempts are over. In redis 6, `eval` also adds the cluster's
 * `keyPrefix`, which `sendCommand` does not.
 */
function scripting<Client extends RedisClient>(client: Client) {
  if (!isCluster4(client)) return client;
  return {
    eval: (script: string, { keys, arguments: values }: { keys: string[]; arguments: string[] }) =>
      client.sendCommand(keys[0], false, ['EVAL', script, '1', ...keys, ...values]),
    multi: () => client.multi(),
    del: (key: string) => client.del(key),
  };
}
