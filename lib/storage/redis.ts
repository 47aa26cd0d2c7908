// Storage on Redis, for apps with more than one process: `passport-modica-2fa/redis`.
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { ConfigurationError, plainCause } from '../errors.js';
import type { Limiter, LimiterFactory } from '../limits/limiter.js';
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
 * A client of `redis` without an `error` listener ends the process when its connection breaks. If there is
 * none, this function adds one, which reports each outage once with `process.emitWarning` and the code
 * `REDIS_UNREACHABLE`, until the app adds a listener of its own.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...onRedis(client), username, password, destination }, verify)
 *
 * @throws {ConfigurationError} `option_invalid` if it is not such a client, or has an option that would corrupt
 * counts or claims: `legacyMode`, `stringNumbers`, reads from replicas.
 */
export function onRedis(client: NodeRedisClient | IoredisClient): Storage {
  refuseUnfit(client);
  if (!isIoredis(client)) reportErrors(client);
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
      storeClient: client,
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
    : client.eval(takeBackScript, { keys: [key], arguments: [String(points)] });
}

/** An `error` event without a listener is thrown and not caught (Node, 'Error events'). */
function reportErrors(client: NodeRedisClient): void {
  if (client.listenerCount('error') > 0) return;
  let isReported = false;
  client.on('error', (error) => {
    if (isReported || client.listenerCount('error') > 1) return;
    isReported = true;
    process.emitWarning(
      `Redis cannot be reached (${plainCause(error).message}). Logins fail until it is back. To handle this yourself, add a listener: client.on('error', …).`,
      { type: 'PassportModica2faWarning', code: 'REDIS_UNREACHABLE' },
    );
  });
  client.on('ready', () => {
    isReported = false;
  });
}

/** The part of a client, cluster, pool or sentinel of the `redis` package (4 or later) that is used. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  /** Missing in pools and, before version 6, in clusters. */
  readonly isReady?: boolean;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { PX: number }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  on(event: string, listener: (error: unknown) => void): unknown;
  listenerCount(event: string): number;
}

/** The part of a client or cluster of the `ioredis` package (5 or later) that is used. */
export interface IoredisClient {
  readonly status: string;
  connect(): Promise<unknown>;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, unit: 'PX', milliseconds: number): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, keys: number, key: string, points: number): Promise<unknown>;
}

export type RedisClient = NodeRedisClient | IoredisClient;

export function isIoredis(client: RedisClient): client is IoredisClient {
  return 'status' in client;
}

/** Client options that would corrupt counts or claims. */
const unsafeOptions = [
  {
    name: 'legacyMode',
    allowed: [undefined, false],
    problem: 'makes its methods return no promises',
    hint: 'Pass a client without it: client.duplicate({ legacyMode: false }).',
  },
  {
    name: 'stringNumbers',
    allowed: [undefined, false],
    problem: 'returns counts as strings',
    hint: 'Pass a separate client: client.duplicate({ stringNumbers: false }).',
  },
  {
    name: 'scaleReads',
    allowed: [undefined, 'master'],
    problem: 'reads from replicas, which lag behind: a used code could be used again',
    hint: 'Pass a client that reads from masters, without scaleReads.',
  },
  {
    name: 'useReplicas',
    allowed: [undefined, false],
    problem: 'reads from replicas, which lag behind: a used code could be used again',
    hint: 'Pass a client that reads from masters, without useReplicas.',
  },
];

/** @throws {ConfigurationError} `option_invalid` for a client that could never work. */
export function refuseUnfit(client: unknown): void {
  const property = (name: string): unknown => Reflect.get(Object(client), name);
  const isNodeRedisClient =
    typeof property('isOpen') === 'boolean' && typeof property('on') === 'function';
  const isIoredisClient =
    typeof property('status') === 'string' && typeof property('connect') === 'function';
  const commands = ['get', 'set', 'del', 'eval', 'multi'];
  if (
    !(isNodeRedisClient || isIoredisClient) ||
    commands.some((command) => typeof property(command) !== 'function')
  ) {
    throw new ConfigurationError('option_invalid', {
      problem: 'onRedis needs a client of redis 4 to 6 or of ioredis 5 or 6.',
      hint: 'Pass the result of createClient, createCluster, createClientPool or createSentinel of redis, or a Redis or Cluster of ioredis.',
    });
  }
  // Clusters do not keep their own options and those of their nodes where clients keep theirs.
  const options = [property('options'), property('_options')].flatMap((each) => [
    each,
    Reflect.get(Object(each), 'redisOptions'),
    Reflect.get(Object(each), 'defaults'),
  ]);
  for (const { name, allowed, problem, hint } of unsafeOptions) {
    const values = options.map((each): unknown => Reflect.get(Object(each), name));
    if (values.every((value) => allowed.some((each) => each === value))) continue;
    throw new ConfigurationError('option_invalid', {
      problem: `The option ${name} of the Redis client ${problem}.`,
      hint,
    });
  }
}
