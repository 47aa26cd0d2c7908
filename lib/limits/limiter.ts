import { ConfigurationError } from '../errors.js';

/** What a limiter says of a key: the shape of rate-limiter-flexible's RateLimiterRes. */
export interface LimiterResult {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/** What we use of a rate-limiter-flexible limiter. `consume` rejects with a result when it refuses. */
export interface Limiter {
  consume(key: string, points?: number): Promise<LimiterResult>;
  penalty(key: string, points?: number): Promise<LimiterResult>;
  reward(key: string, points?: number): Promise<LimiterResult>;
  block(key: string, seconds: number): Promise<LimiterResult>;
  get(key: string): Promise<LimiterResult | null>;
  delete(key: string): Promise<boolean>;
  /**
   * Beyond rate-limiter-flexible: takes back up to so many points, resolves with how many there were to
   * take, and deletes the key when none are left, all in one atomic step. A limiter without it keeps a
   * count of 0 until its duration is over.
   */
  takeBack?(key: string, points: number): Promise<number>;
}

/** What a factory is asked for. Spread all three into the limiter. */
export interface LimiterOptions {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds; 0 means for ever. */
  readonly duration: number;
}

/**
 * Makes the limiters that hold every counter and every claim, so it must be atomic.
 *
 * @example
 * (options) => new RateLimiterRedis({ storeClient, ...options })
 */
export type LimiterFactory = (options: LimiterOptions) => Limiter;

/**
 * Whether a limiter counts in this process alone: ours, of whichever copy of this package, says so.
 * rate-limiter-flexible's is told by its name, for another copy of that package has another class, or by
 * what it is made of, for a bundle that an app minifies has other names.
 */
export function countsInThisProcess(limiter: unknown): boolean {
  const told = Object(limiter);
  return (
    told.inThisProcess === true ||
    told.constructor?.name === 'RateLimiterMemory' ||
    '_memoryStorage' in told
  );
}

/** What rate-limiter-flexible can do and a limiter of ours must not, and why. */
const unfit = [
  {
    name: 'insuranceLimiter',
    problem: 'counts from zero while the real one is down, so every limit would fail open',
  },
  {
    name: 'inMemoryBlockOnConsumed',
    problem: 'leaves refusals uncounted that are taken back later, so knocking would open a lock',
  },
  {
    name: 'whiteList',
    problem: 'lets keys through uncounted',
  },
  {
    name: 'execEvenly',
    problem: 'holds requests back that are to be refused at once',
  },
  {
    name: 'blockDuration',
    problem: 'prolongs what is counted here, so an outage would lock people out',
  },
];

/**
 * A factory that drops our options would put all counters into one, or give each another limit than
 * this library reckons with; an insurance limiter would go on counting from zero when Redis is down,
 * which fails open.
 */
export function assertAsAsked(limiter: unknown, asked: LimiterOptions): void {
  const methods = ['consume', 'penalty', 'reward', 'block', 'get', 'delete'];
  if (
    typeof limiter !== 'object' ||
    limiter === null ||
    methods.some((method) => typeof Reflect.get(limiter, method) !== 'function')
  ) {
    throw new ConfigurationError('option_invalid', {
      problem:
        'Option "limiter": the factory made something that is no rate-limiter-flexible limiter.',
      hint: 'Return one, not a promise of one: (options) => new RateLimiterRedis({ storeClient, ...options }).',
    });
  }
  const told = (name: string): unknown => Reflect.get(limiter, name);
  const [points, duration, keyPrefix] = [told('points'), told('duration'), told('keyPrefix')];
  const dropped =
    (points !== undefined && points !== asked.points) ||
    (duration !== undefined && duration !== asked.duration) ||
    (typeof keyPrefix === 'string' && !keyPrefix.endsWith(asked.keyPrefix));
  if (dropped) {
    throw new ConfigurationError('option_invalid', {
      problem: 'Option "limiter": the factory made a limiter with other options than it was given.',
      hint: 'Spread them: (options) => new RateLimiterRedis({ storeClient, ...options }); a prefix of your own goes before options.keyPrefix.',
    });
  }
  // RateLimiterRedisNonAtomic and its kin read, add and write in three steps.
  if (Object(limiter).constructor?.name.endsWith('NonAtomic')) {
    throw new ConfigurationError('option_invalid', {
      problem:
        'Option "limiter": the factory made a limiter that is not atomic, so of many guesses at once all would be within the limit.',
      hint: 'Use the atomic one: RateLimiterRedis, RateLimiterDrizzle, RateLimiterEtcd.',
    });
  }
  for (const { name, problem } of unfit) {
    if (!told(name)) continue;
    throw new ConfigurationError('option_invalid', {
      problem: `Option "limiter": its ${name} ${problem}.`,
      hint: `Leave ${name} out.`,
    });
  }
}
