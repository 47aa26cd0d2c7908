import { SetupError } from '../errors.js';

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
    cure: 'Give onRedis a client without it, such as client.duplicate({ legacyMode: false }).',
  },
  {
    name: 'stringNumbers',
    takes: [undefined, false],
    problem: 'makes strings of counts',
    cure: 'Give onRedis a client of its own: client.duplicate({ stringNumbers: false }).',
  },
  {
    name: 'scaleReads',
    takes: [undefined, 'master'],
    problem: 'reads from replicas, which lag: a code that was used could be used again',
    cure: 'Give onRedis a client that reads from masters, without scaleReads.',
  },
  {
    name: 'useReplicas',
    takes: [undefined, false],
    problem: 'reads from replicas, which lag: a code that was used could be used again',
    cure: 'Give onRedis a client that reads from masters, without useReplicas.',
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
    throw new SetupError('option_invalid', {
      problem: 'onRedis was given something that is no client of redis 4 to 6 or ioredis 5 or 6.',
      cure: 'Give it what createClient, createCluster, createClientPool or createSentinel of redis returned, or a Redis or Cluster of ioredis.',
    });
  }
  // Clusters keep their options, and those of their nodes, elsewhere than clients do.
  const options = [told('options'), told('_options')].flatMap((each) => [
    each,
    Reflect.get(Object(each), 'redisOptions'),
    Reflect.get(Object(each), 'defaults'),
  ]);
  for (const { name, takes, problem, cure } of unfit) {
    const values = options.map((each): unknown => Reflect.get(Object(each), name));
    if (values.every((value) => takes.some((fit) => fit === value))) continue;
    throw new SetupError('option_invalid', {
      problem: `The option ${name} of the Redis client ${problem}.`,
      cure,
    });
  }
}
