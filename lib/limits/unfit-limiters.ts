// Refuses limiters that cannot guard a login, as far as their classes, methods and options show.
import { ConfigurationError } from '../errors.js';
import type { LimiterOptions } from './limiter.js';

/** A limiter of any kind, and the options that its factory was given. */
interface Inspected {
  readonly options: LimiterOptions;
  /** Whether it is of this class, or of one derived from it. */
  is(name: string): boolean;
  property(name: string): unknown;
}

interface Misfit {
  applies(limiter: Inspected): boolean;
  readonly problem: string;
  readonly hint: string;
}

const methods = ['consume', 'penalty', 'reward', 'block', 'get', 'delete'];

const onRedisHint = 'Use both halves of onRedis(client).';
const onSqlHint =
  'Use onPostgres(pool), onMysql(pool) or onSqlite(database) of passport-modica-2fa/postgres, /mysql and /sqlite';

/** Read from the source of rate-limiter-flexible 11.4.0; classes that a minifier has renamed are not recognised. */
const unfitClasses: readonly Misfit[] = [
  {
    applies: ({ is }) => is('RateLimiterClusterMaster') || is('RateLimiterClusterMasterPM2'),
    problem: 'returned the part of RateLimiterCluster that belongs to the primary process.',
    hint: 'Create it there, and return new RateLimiterCluster(options) in the workers.',
  },
  {
    applies: ({ is }) =>
      [
        'BurstyRateLimiter',
        'RateLimiterUnion',
        'RateLimiterQueue',
        'RLWrapperBlackAndWhite',
        'RLWrapperTimeouts',
      ].some(is),
    problem: 'returned a wrapper, which changes what is counted or hides the limiter within.',
    hint: 'Return that limiter itself. Limits, locks and deadlines are those of this library.',
  },
  {
    // Its expired counts are added to, and each consume extends them.
    applies: ({ is }) => is('RateLimiterEtcd'),
    problem: 'returned a RateLimiterEtcd, whose counts never expire: users would stay locked out.',
    hint: 'Use a limiter of another database.',
  },
  {
    // Reads, adds and writes in three steps.
    applies: ({ is }) =>
      ['RateLimiterRedisNonAtomic', 'RateLimiterDrizzleNonAtomic', 'RateLimiterEtcdNonAtomic'].some(
        is,
      ),
    problem: 'returned a limiter that is not atomic, so parallel guesses would all be allowed.',
    hint: `${onRedisHint} RateLimiterDrizzle is atomic too.`,
  },
  {
    // It stores -1 for "without expiry", and takes that for an expiry in the past.
    applies: ({ is }) => is('RateLimiterDynamo'),
    problem:
      'returned a RateLimiterDynamo, which does not count without expiry: a hundred consecutive failures would not lock a user.',
    hint: 'Use a limiter of another database.',
  },
  {
    // A read that fails resolves with null, and counts may be evicted.
    applies: ({ is }) => is('RateLimiterMemcache'),
    problem:
      'returned a RateLimiterMemcache, which reads no count while Memcached fails, so limits would fail open.',
    hint: onRedisHint,
  },
];

const unfitUses: readonly Misfit[] = [
  {
    applies: ({ property }) => methods.some((method) => typeof property(method) !== 'function'),
    problem: `returned no limiter: it must have ${methods.join(', ')}.`,
    hint: 'Return a limiter of rate-limiter-flexible, and not a promise: (options) => new RateLimiterPrisma({ storeClient: prisma, ...options }).',
  },
  {
    applies: ({ property, options }) => {
      const [points, duration, keyPrefix] = ['points', 'duration', 'keyPrefix'].map(property);
      return (
        (points !== undefined && points !== options.points) ||
        (duration !== undefined && duration !== options.duration) ||
        (typeof keyPrefix === 'string' && !keyPrefix.endsWith(options.keyPrefix))
      );
    },
    problem: 'returned a limiter with other options than it was given.',
    hint: 'Spread them: (options) => new RateLimiterPrisma({ storeClient: prisma, ...options }). Put a prefix of your own before options.keyPrefix.',
  },
  {
    // It calls a command of ioredis's defineCommand, or eval in the way of node-redis.
    applies: ({ property }) =>
      typeof property('useRedisPackage') === 'boolean' &&
      !property('useRedis3AndLowerPackage') &&
      property('useRedisPackage') === hasMethod(property('client'), 'defineCommand'),
    problem: 'returned a RateLimiterRedis for the other package, so each of its calls would fail.',
    hint: 'Use both halves of onRedis(client), for redis and ioredis alike; or set useRedisPackage: true for a client of redis, and omit it for ioredis.',
  },
  {
    applies: ({ property }) => property('tableCreated') === false,
    problem:
      'returned a limiter that creates its table in the background: until then logins fail, and if that fails the process ends.',
    hint: `${onSqlHint}; or create the table yourself, and set tableName and tableCreated: true.`,
  },
  {
    // The default is the prefix, which differs for each counter; a RateLimiterSQLite has none.
    applies: ({ property }) => {
      const name = property('tableName');
      return name === undefined
        ? property('tableCreated') === true
        : name === property('keyPrefix');
    },
    problem: 'returned a limiter without a tableName: each counter would have a table of its own.',
    hint: `${onSqlHint}; or set one tableName for all.`,
  },
  {
    // Without the unique index, parallel first counts of a key become several documents.
    applies: ({ property }) => property('disableIndexesCreation') === false,
    problem:
      'returned a RateLimiterMongo that creates its indexes in the background: until then parallel guesses would be lost.',
    hint: 'Call its createIndexes() once when you deploy, and set disableIndexesCreation: true.',
  },
  {
    // An error of RELEASE SAVEPOINT is ignored: the transaction stays open, and a crash takes its counts back.
    applies: ({ property }) => property('_internalStoreType') === 'sqlite3',
    problem: 'returned a RateLimiterSQLite on sqlite3, which may leave its transaction open.',
    hint: 'Use better-sqlite3, with onSqlite(database) of passport-modica-2fa/sqlite.',
  },
  {
    // mysql2/promise ignores the callback of getConnection. Transactions on one connection see each other's counts.
    applies: ({ is, property }) =>
      is('RateLimiterMySQL') &&
      (property('clientType') === 'connection' ||
        hasMethod(Reflect.get(Object(property('client')), 'pool'), 'promise')),
    problem:
      'returned a RateLimiterMySQL with a single connection or a pool of mysql2/promise, with which it refuses everything.',
    hint: 'Use onMysql(pool) of passport-modica-2fa/mysql.',
  },
];

/** Options of rate-limiter-flexible that would break a limit, and how. */
const unfitOptions: readonly Misfit[] = Object.entries({
  insuranceLimiter:
    'counts from zero while the real limiter is down, so every limit would fail open',
  inMemoryBlockOnConsumed:
    'does not count refusals that are given back later, so repeated attempts would end a lock',
  whiteList: 'does not count some keys',
  execEvenly: 'delays requests that must be refused at once',
  blockDuration: 'extends locks by its own rule, so an outage would lock users out',
}).map(([name, problem]) => ({
  applies: ({ property }) => Boolean(property(name)),
  problem: `returned a limiter whose option ${name} ${problem}.`,
  hint: `Leave ${name} out.`,
}));

const misfits = [...unfitClasses, ...unfitUses, ...unfitOptions];

/**
 * Checks a limiter that an app's factory made. One that drops the options would share one counter for
 * everything, or apply limits other than those that this library assumes.
 *
 * @throws {ConfigurationError} `option_invalid`
 */
export function assertLimiterFits(limiter: unknown, options: LimiterOptions): void {
  const classes = new Set(classNames(limiter));
  const inspected: Inspected = {
    options,
    is: (name) => classes.has(name),
    property: (name) => Reflect.get(Object(limiter), name),
  };
  const misfit = misfits.find(({ applies }) => applies(inspected));
  if (misfit === undefined) return;
  throw new ConfigurationError('option_invalid', {
    problem: `The option "limiter" ${misfit.problem}`,
    hint: misfit.hint,
  });
}

/** By name and not by `instanceof`: an app may have another copy of rate-limiter-flexible. */
function* classNames(limiter: unknown): Generator<string> {
  for (
    let prototype = Object.getPrototypeOf(Object(limiter));
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    yield prototype.constructor?.name;
  }
}

function hasMethod(object: unknown, name: string): boolean {
  return typeof Reflect.get(Object(object), name) === 'function';
}
