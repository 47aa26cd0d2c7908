// The contract of a limiter, and the checks of one that an app configures.
import { ConfigurationError } from '../errors.js';

/** The state of a key, in the shape of rate-limiter-flexible's RateLimiterRes. */
export interface LimiterResult {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/**
 * The methods of a rate-limiter-flexible limiter that are used. Each must be atomic. `consume` rejects with
 * a {@link LimiterResult} if the key is over its limit, and with an `Error` if the limiter fails.
 */
export interface Limiter {
  consume(key: string, points?: number): Promise<LimiterResult>;
  penalty(key: string, points?: number): Promise<LimiterResult>;
  reward(key: string, points?: number): Promise<LimiterResult>;
  block(key: string, seconds: number): Promise<LimiterResult>;
  get(key: string): Promise<LimiterResult | null>;
  delete(key: string): Promise<boolean>;
  /**
   * An addition to rate-limiter-flexible: in one atomic step, subtracts up to `points`, deletes the key if
   * none are left, and resolves with the number subtracted. A limiter without this method keeps keys with a
   * count of 0 until they expire.
   */
  takeBack?(key: string, points: number): Promise<number>;
}

/** The options of one limiter. Spread all three into it. */
export interface LimiterOptions {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds; 0 means without expiry. */
  readonly duration: number;
}

/**
 * Creates the limiters of all counters and claims. They must be atomic, and count where the store is.
 *
 * @example
 * (options) => new RateLimiterRedis({ storeClient, ...options })
 */
export type LimiterFactory = (options: LimiterOptions) => Limiter;

/**
 * Whether a limiter counts in this process alone. Ours has a property for it, because an app may have several
 * copies of this package. rate-limiter-flexible's is recognised by its class name, or by a property: another
 * copy of that package has another class, and a minifier renames it.
 */
export function countsInThisProcess(limiter: unknown): boolean {
  const object = Object(limiter);
  return (
    object.inThisProcess === true ||
    object.constructor?.name === 'RateLimiterMemory' ||
    '_memoryStorage' in object
  );
}

const methods = ['consume', 'penalty', 'reward', 'block', 'get', 'delete'];

/** Options of rate-limiter-flexible that would break a limit, and how. */
const unsafeOptions = [
  {
    name: 'insuranceLimiter',
    problem: 'counts from zero while the real limiter is down, so every limit would fail open',
  },
  {
    name: 'inMemoryBlockOnConsumed',
    problem:
      'does not count refusals that are given back later, so repeated attempts would end a lock',
  },
  {
    name: 'whiteList',
    problem: 'does not count some keys',
  },
  {
    name: 'execEvenly',
    problem: 'delays requests that must be refused at once',
  },
  {
    name: 'blockDuration',
    problem: 'extends locks by its own rule, so an outage would lock users out',
  },
];

/**
 * Checks a limiter that an app's factory made. One that drops the options would share one counter for
 * everything, or apply limits other than those that this library assumes.
 *
 * @throws {ConfigurationError} `option_invalid`
 */
export function assertLimiterFits(limiter: unknown, options: LimiterOptions): void {
  const property = (name: string): unknown => Reflect.get(Object(limiter), name);
  if (methods.some((method) => typeof property(method) !== 'function')) {
    throw unfitLimiter(
      'must return a limiter of rate-limiter-flexible.',
      'Return the limiter itself, not a promise: (options) => new RateLimiterRedis({ storeClient, ...options }).',
    );
  }
  const [points, duration, keyPrefix] = ['points', 'duration', 'keyPrefix'].map(property);
  const isDropped =
    (points !== undefined && points !== options.points) ||
    (duration !== undefined && duration !== options.duration) ||
    (typeof keyPrefix === 'string' && !keyPrefix.endsWith(options.keyPrefix));
  if (isDropped) {
    throw unfitLimiter(
      'returned a limiter with other options than it was given.',
      'Spread them: (options) => new RateLimiterRedis({ storeClient, ...options }). Put a prefix of your own before options.keyPrefix.',
    );
  }
  // RateLimiterRedisNonAtomic and similar classes read, add and write in three steps.
  if (Object(limiter).constructor?.name.endsWith('NonAtomic')) {
    throw unfitLimiter(
      'returned a limiter that is not atomic, so parallel guesses would all be within the limit.',
      'Use an atomic one: RateLimiterRedis, RateLimiterDrizzle, RateLimiterEtcd.',
    );
  }
  for (const { name, problem } of unsafeOptions) {
    if (property(name)) {
      throw unfitLimiter(
        `returned a limiter whose option ${name} ${problem}.`,
        `Leave ${name} out.`,
      );
    }
  }
}

function unfitLimiter(problem: string, hint: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The option "limiter" ${problem}`,
    hint,
  });
}
