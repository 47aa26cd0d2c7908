import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { LimiterFactory } from './limits/limiter.js';
import type { Memory } from './options/memory.js';
import type { Store } from './stores/store.js';

/** What is used of a client of the `redis` package (version 4 or newer). */
export interface NodeRedisClient {
  readonly isReady: boolean;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { PX: number }): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/** What is used of a client of the `ioredis` package. */
export interface IoredisClient {
  readonly status: string;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, unit: 'PX', milliseconds: number): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/**
 * Both halves of the memory on one Redis, for apps with more than one process: pending challenges,
 * and the counters and claims that guard them.
 *
 * While Redis cannot be reached every login fails at once, and closed: commands are not queued. When
 * it is back, logins go on by themselves.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...onRedis(client), username, password, destination }, verify)
 */
export function onRedis(client: NodeRedisClient | IoredisClient): Memory {
  const store: Store = {
    get: (key) => whenReady(client, () => client.get(key)),
    set: (key, value, ttl) => whenReady(client, () => setFor(client, key, value, Math.ceil(ttl))),
    delete: (key) => whenReady(client, () => client.del(key)),
  };
  const limiter: LimiterFactory = (options) =>
    new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: !isIoredis(client),
      rejectIfRedisNotReady: true,
      ...options,
    });
  return { store, limiter };
}

type Client = NodeRedisClient | IoredisClient;

function isIoredis(client: Client): client is IoredisClient {
  return 'status' in client;
}

/** Both packages queue commands while they reconnect; a login must not hang on that. */
function whenReady<T>(client: Client, command: () => T): T {
  const ready = isIoredis(client) ? client.status === 'ready' : client.isReady;
  if (!ready) throw new Error('Redis connection is not ready');
  return command();
}

function setFor(client: Client, key: string, value: string, milliseconds: number) {
  return isIoredis(client)
    ? client.set(key, value, 'PX', milliseconds)
    : client.set(key, value, { PX: milliseconds });
}
