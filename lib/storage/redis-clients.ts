// The clients of Redis that are accepted, and those that could never work.
import { ConfigurationError } from '../errors.js';

/** The part of a client, cluster, pool or sentinel of the `redis` package (4 or later) that is used. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  /** Missing in pools and, before version 6, in clusters. */
  readonly isReady?: boolean;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { PX: number }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
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
  on(event: 'error', listener: (error: Error) => void): unknown;
  listenerCount(event: string): number;
}

export type RedisClient = NodeRedisClient | IoredisClient;

/** A cluster of the `redis` package 4. */
interface NodeRedisCluster4 extends NodeRedisClient {
  sendCommand(key: string | undefined, isReadonly: boolean, words: string[]): Promise<unknown>;
  multi(): unknown;
}

export function isCluster4(client: RedisClient): client is NodeRedisCluster4 {
  return 'slots' in client && !('withCommandOptions' in client) && !isIoredis(client);
}

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
    name: 'clientSideCache',
    allowed: [undefined, false],
    problem: 'keeps values in this process, and what another one wrote is seen late',
    hint: 'Pass a separate client, without clientSideCache.',
  },
  ...Object.entries({
    scaleReads: [undefined, 'master'],
    useReplicas: [undefined, false],
    readonly: [undefined, false],
    readOnly: [undefined, false],
    role: [undefined, 'master'],
  }).map(([name, allowed]) => ({
    name,
    allowed,
    problem: 'reads from replicas, which lag behind: a used code could be used again',
    hint: `Pass a client that reads from masters, without ${name}.`,
  })),
];

/** @throws {ConfigurationError} `option_invalid` for a client that could never work. */
export function refuseUnfit(client: unknown): void {
  const property = (name: string): unknown => Reflect.get(Object(client), name);
  const isNodeRedisClient = typeof property('isOpen') === 'boolean';
  const isIoredisClient =
    typeof property('status') === 'string' && typeof property('connect') === 'function';
  const methods = ['get', 'set', 'del', 'eval', 'multi', 'on'];
  if (
    !(isNodeRedisClient || isIoredisClient) ||
    methods.some((method) => typeof property(method) !== 'function')
  ) {
    throw new ConfigurationError('option_invalid', {
      problem: 'onRedis needs a client of redis 4 to 6 or of ioredis 5 or 6.',
      hint: 'Pass the result of createClient, createCluster, createClientPool or createSentinel of redis, or a Redis or Cluster of ioredis.',
    });
  }
  if (['end', 'monitoring'].some((status) => property('status') === status)) {
    throw new ConfigurationError('option_invalid', {
      problem: `The status of the Redis client is "${property('status')}", so it takes no commands.`,
      hint: 'Pass a client that is connected, is connecting, or has lazyConnect.',
    });
  }
  // Pools and Sentinel clients show nothing but this of their options.
  const cache = { clientSideCache: property('clientSideCache') };
  // Clusters do not keep their own options and those of their nodes where clients keep theirs.
  const options = [property('options'), property('_options')].flatMap((each) => [
    each,
    Reflect.get(Object(each), 'redisOptions'),
    Reflect.get(Object(each), 'defaults'),
    cache,
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
