// What becomes of each limiter that rate-limiter-flexible exports: taken, or refused with a reason.
import * as flexible from 'rate-limiter-flexible';
import type { LimiterOptions } from '../../../lib/limits/limiter.js';

// None of these clients is asked for a count: the tests end at construction.
const query = async () => ({ rows: [] });
const ioredis = { defineCommand: () => undefined };
const nodeRedis = { isOpen: true };
class Pool {
  readonly query = query;
  readonly getConnection = (done: (error: Error) => void) => done(new Error('not asked'));
  readonly promise = () => ({});
}
/** As in mysql2/promise. */
class PromisePool {
  readonly pool = new Pool();
}
class Connection {
  readonly query = query;
}
const betterSqlite3 = { prepare: () => ({ run: () => undefined }) };
const sqlite3 = { run: (_statement: string, done: (error: null) => void) => done(null) };
const knex = { raw: query, client: { config: { client: 'sqlite3' } } };
const mongo = { collection: () => ({ createIndex: async () => 'index' }) };

const tableName = 'counts';
const tableCreated = true;
const table = { tableName, tableCreated };
const better = { storeClient: betterSqlite3, storeType: 'better-sqlite3' };
const promisePool = { storeClient: new PromisePool(), storeType: 'pool' };
const onMongo = { storeClient: mongo, tableName };

type Verdict = 'taken' | RegExp;

export const background = /creates its table in the background/;
const eachCounter = /without a tableName/;
const otherPackage = /for the other package/;
const openTransaction = /may leave its transaction open/;
const notAtomic = /is not atomic/;
const wrapper = /a wrapper/;
const primary = /belongs to the primary process/;

type Kind = new (...args: never[]) => object;

/** Of which class, how, with which options beside ours, and what becomes of it. Seen with version 11.4.0. */
const limiters: readonly (readonly [Kind, string, object, Verdict])[] = [
  [flexible.RateLimiterRedis, 'on ioredis', { storeClient: ioredis }, 'taken'],
  [
    flexible.RateLimiterRedis,
    'on redis',
    { storeClient: nodeRedis, useRedisPackage: true },
    'taken',
  ],
  [
    flexible.RateLimiterRedis,
    'on redis 3',
    { storeClient: {}, useRedis3AndLowerPackage: true },
    'taken',
  ],
  [
    flexible.RateLimiterRedis,
    'on redis as if on ioredis',
    { storeClient: nodeRedis },
    otherPackage,
  ],
  [
    flexible.RateLimiterRedis,
    'on ioredis as if on redis',
    { storeClient: ioredis, useRedisPackage: true },
    otherPackage,
  ],
  [flexible.RateLimiterValkey, 'on iovalkey', { storeClient: ioredis }, 'taken'],
  [flexible.RateLimiterValkeyGlide, 'on Valkey GLIDE', { storeClient: {} }, 'taken'],
  [flexible.RateLimiterPrisma, 'on Prisma', { storeClient: {} }, 'taken'],
  [flexible.RateLimiterDrizzle, 'on Drizzle', { storeClient: {}, schema: {} }, 'taken'],
  [flexible.RateLimiterPostgres, 'in one table', { storeClient: new Pool(), ...table }, 'taken'],
  [
    flexible.RateLimiterPostgres,
    'without tableCreated',
    { storeClient: new Pool(), tableName },
    background,
  ],
  [
    flexible.RateLimiterPostgres,
    'without tableName',
    { storeClient: new Pool(), tableCreated },
    eachCounter,
  ],
  [flexible.RateLimiterMySQL, 'in one table', { storeClient: new Pool(), ...table }, 'taken'],
  [
    flexible.RateLimiterMySQL,
    'without tableName',
    { storeClient: new Pool(), tableCreated },
    eachCounter,
  ],
  [
    flexible.RateLimiterMySQL,
    'on mysql2/promise',
    { ...promisePool, ...table },
    /pool of mysql2\/promise/,
  ],
  [
    flexible.RateLimiterMySQL,
    'on a connection',
    { storeClient: new Connection(), ...table },
    /single connection/,
  ],
  [flexible.RateLimiterSQLite, 'on better-sqlite3, in one table', { ...better, ...table }, 'taken'],
  [flexible.RateLimiterSQLite, 'without tableName', { ...better, tableCreated }, eachCounter],
  [flexible.RateLimiterSQLite, 'without tableCreated', { ...better, tableName }, background],
  [flexible.RateLimiterSQLite, 'on sqlite3', { storeClient: sqlite3, ...table }, openTransaction],
  [
    flexible.RateLimiterSQLite,
    'on sqlite3 with Knex',
    { storeClient: knex, storeType: 'knex', ...table },
    openTransaction,
  ],
  [
    flexible.RateLimiterMongo,
    'with indexes',
    { ...onMongo, disableIndexesCreation: true },
    'taken',
  ],
  [
    flexible.RateLimiterMongo,
    'that creates its indexes',
    onMongo,
    /creates its indexes in the background/,
  ],
  [
    flexible.RateLimiterMongo,
    'without tableName',
    { storeClient: mongo, disableIndexesCreation: true },
    eachCounter,
  ],
  [
    flexible.RateLimiterDynamo,
    'in one table',
    { storeClient: {}, ttlSet: true, ...table },
    /does not count without expiry/,
  ],
  [
    flexible.RateLimiterMemcache,
    'on Memcached',
    { storeClient: {} },
    /reads no count while Memcached fails/,
  ],
  [flexible.RateLimiterEtcd, 'on etcd', { storeClient: {} }, /whose counts never expire/],
  [flexible.RateLimiterMemory, 'beside a shared store', {}, /counts in this process alone/],
  [flexible.RateLimiterRedisNonAtomic, 'on Redis', { storeClient: ioredis }, notAtomic],
  [flexible.RateLimiterDrizzleNonAtomic, 'on Drizzle', { storeClient: {}, schema: {} }, notAtomic],
  [flexible.RateLimiterEtcdNonAtomic, 'on etcd', { storeClient: {} }, notAtomic],
];

export type Make = (options: LimiterOptions) => unknown;

const redis = (options: LimiterOptions) =>
  new flexible.RateLimiterRedis({ storeClient: ioredis, ...options });
const otherOptions = { keyPrefix: 'burst', points: 50, duration: 60 };

/** Without its constructor, which looks for other processes. */
const instanceOf = (kind: { readonly prototype: object }, options?: LimiterOptions): unknown =>
  Object.assign(Object.create(kind.prototype), options);

/** What is constructed otherwise. */
const others: readonly (readonly [string, string, Make, Verdict])[] = [
  [
    'RateLimiterMySQL',
    'without tableCreated',
    (options) => new flexible.RateLimiterMySQL({ storeClient: new Pool(), ...options }, () => {}),
    background,
  ],
  [
    'RateLimiterRedisNonAtomic',
    'with another name',
    (options) =>
      new (class Ours extends flexible.RateLimiterRedisNonAtomic {})({
        storeClient: ioredis,
        ...options,
      }),
    notAtomic,
  ],
  [
    'RateLimiterCluster',
    'in a worker',
    (options) => instanceOf(flexible.RateLimiterCluster, options),
    'taken',
  ],
  [
    'RateLimiterClusterMaster',
    'in the primary process',
    () => instanceOf(flexible.RateLimiterClusterMaster),
    primary,
  ],
  [
    'RateLimiterClusterMasterPM2',
    'with PM2',
    () => instanceOf(flexible.RateLimiterClusterMasterPM2),
    primary,
  ],
  [
    'RLWrapperBlackAndWhite',
    'around a limiter',
    (options) => new flexible.RLWrapperBlackAndWhite({ limiter: redis(options) }),
    wrapper,
  ],
  [
    'RLWrapperTimeouts',
    'around a limiter',
    (options) =>
      new flexible.RLWrapperTimeouts({ limiter: redis(options), timeoutMs: 1000, ...options }),
    wrapper,
  ],
  [
    'RateLimiterUnion',
    'of limiters',
    (options) => new flexible.RateLimiterUnion(redis(options), redis(otherOptions)),
    wrapper,
  ],
  [
    'BurstyRateLimiter',
    'of two limiters',
    (options) => new flexible.BurstyRateLimiter(redis(options), redis(otherOptions)),
    wrapper,
  ],
  [
    'RateLimiterQueue',
    'before a limiter',
    (options) => new flexible.RateLimiterQueue(redis(options)),
    wrapper,
  ],
];

/** Results, errors, and a base for limiters of an app's own. */
export const notLimiters = [
  'RateLimiterRes',
  'RateLimiterCompatibleAbstract',
  'RateLimiterQueueError',
  'RateLimiterEtcdTransactionFailedError',
];

export const cells: readonly (readonly [string, string, Make, Verdict])[] = [
  ...limiters.map(([kind, how, given, verdict]) => {
    const make: Make = (options) =>
      Reflect.construct(kind, [{ clearExpiredByTimeout: false, ...given, ...options }]);
    return [kind.name, how, make, verdict] as const;
  }),
  ...others,
];
