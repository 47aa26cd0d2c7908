import { RateLimiterRedis } from 'rate-limiter-flexible';
import { ConfigurationError, plainCause } from '../errors.js';
import type { Limiter, LimiterFactory } from '../limits/limiter.js';
import type { Storage, Store } from './storage.js';

/**
 * Both halves of the memory on one Redis, for apps with more than one process: pending challenges,
 * and the counters and claims that guard them. Takes clients of `redis` 4 to 6 (`createClient`,
 * `createCluster`, `createClientPool`, `createSentinel`) and of `ioredis` 5 and 6 (`Redis`, `Cluster`),
 * before or after they are connected. One with `lazyConnect` is connected when it is first needed.
 *
 * While Redis cannot be reached every login fails closed: at once, because commands are not queued, or
 * after five seconds with a cluster or a pool of `redis`, which does not say that it is away. When Redis
 * is back, logins go on by themselves.
 *
 * A client of `redis` that has no `error` listener ends the process when the connection breaks. Where
 * it has none, this adds one, which reports each outage once by `process.emitWarning` with the code
 * `REDIS_UNREACHABLE`, until the app adds a listener of its own.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...onRedis(client), username, password, destination }, verify)
 *
 * @throws {ConfigurationError} `option_invalid`: it is no such client, or has an option that cannot work:
 * `legacyMode`, `stringNumbers`, reads from replicas.
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
    // Its own look at the connection misses clusters, pools and `delete`.
    const counts = new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: !isIoredis(client),
      ...options,
    });
    const onceReady: Limiter = {
      consume: (key, points) => whenReady(() => counts.consume(key, points)),
      penalty: (key, points) => whenReady(() => counts.penalty(key, points)),
      reward: (key, points) => whenReady(() => counts.reward(key, points)),
      block: (key, seconds) => whenReady(() => counts.block(key, seconds)),
      get: (key) => whenReady(() => counts.get(key)),
      delete: (key) => whenReady(() => counts.delete(key)),
      takeBack: async (key, points) =>
        Number(await whenReady(() => takeBack(client, counts.getKey(key), points))),
    };
    return onceReady;
  };
  return { store, limiter };
}

/** Connections that are being made by `ready`: everything that comes meanwhile waits for them. */
const connecting = new WeakMap<RedisClient, Promise<unknown>>();

/** Both packages queue commands while they reconnect; a login must not hang on that. */
async function ready(client: RedisClient): Promise<void> {
  if (!isIoredis(client)) {
    if (!client.isOpen) {
      throw new Error('The Redis client was not connected, or was closed: await client.connect()');
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

/** Redis runs a script as one step: what is counted after it finds no key and starts at one. */
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

/** An `error` event without a listener is thrown, and nothing catches it (Node, 'Error events'). */
function reportErrors(client: NodeRedisClient): void {
  if (client.listenerCount('error') > 0) return;
  let isReported = false;
  client.on('error', (error) => {
    if (isReported || client.listenerCount('error') > 1) return;
    isReported = true;
    process.emitWarning(
      `Redis cannot be reached, and logins fail until it can (${plainCause(error).message}). To handle this yourself, add a listener: client.on('error', …).`,
      { type: 'PassportModica2faWarning', code: 'REDIS_UNREACHABLE' },
    );
  });
  client.on('ready', () => {
    isReported = false;
  });
}

/** What is used of a client, cluster, pool or sentinel of the `redis` package (version 4 or newer). */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  /** Pools and, before version 6, clusters do not have it. */
  readonly isReady?: boolean;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { PX: number }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  on(event: string, listener: (error: unknown) => void): unknown;
  listenerCount(event: string): number;
}

/** What is used of a client or cluster of the `ioredis` package (version 5 or newer). */
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

/** Options of clients with which counters or challenges would be wrong, and what to do instead. */
const unfit = [
  {
    name: 'legacyMode',
    takes: [undefined, false],
    problem: 'makes its methods return nothing',
    hint: 'Give onRedis a client without it, such as client.duplicate({ legacyMode: false }).',
  },
  {
    name: 'stringNumbers',
    takes: [undefined, false],
    problem: 'makes strings of counts',
    hint: 'Give onRedis a client of its own: client.duplicate({ stringNumbers: false }).',
  },
  {
    name: 'scaleReads',
    takes: [undefined, 'master'],
    problem: 'reads from replicas, which lag: a code that was used could be used again',
    hint: 'Give onRedis a client that reads from masters, without scaleReads.',
  },
  {
    name: 'useReplicas',
    takes: [undefined, false],
    problem: 'reads from replicas, which lag: a code that was used could be used again',
    hint: 'Give onRedis a client that reads from masters, without useReplicas.',
  },
];

/** Ends construction where a client could never do what is asked of it. */
export function refuseUnfit(client: unknown): void {
  const told = (name: string): unknown => Reflect.get(Object(client), name);
  const isOfRedis = typeof told('isOpen') === 'boolean' && typeof told('on') === 'function';
  const isOfIoredis = typeof told('status') === 'string' && typeof told('connect') === 'function';
  const commands = ['get', 'set', 'del', 'eval', 'multi'];
  if (
    !(isOfRedis || isOfIoredis) ||
    commands.some((command) => typeof told(command) !== 'function')
  ) {
    throw new ConfigurationError('option_invalid', {
      problem: 'onRedis was given something that is no client of redis 4 to 6 or ioredis 5 or 6.',
      hint: 'Give it what createClient, createCluster, createClientPool or createSentinel of redis returned, or a Redis or Cluster of ioredis.',
    });
  }
  // Clusters keep their options, and those of their nodes, elsewhere than clients do.
  const options = [told('options'), told('_options')].flatMap((each) => [
    each,
    Reflect.get(Object(each), 'redisOptions'),
    Reflect.get(Object(each), 'defaults'),
  ]);
  for (const { name, takes, problem, hint } of unfit) {
    const values = options.map((each): unknown => Reflect.get(Object(each), name));
    if (values.every((value) => takes.some((fit) => fit === value))) continue;
    throw new ConfigurationError('option_invalid', {
      problem: `The option ${name} of the Redis client ${problem}.`,
      hint,
    });
  }
}
