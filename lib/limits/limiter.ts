// The contract of a limiter.

/** The state of a key, in the shape of rate-limiter-flexible's RateLimiterRes. */
export interface LimiterResult {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/** A result, or a promise of it. */
type Answer<T> = T | PromiseLike<T>;

/**
 * The methods of a rate-limiter-flexible limiter that are used. Each must be atomic. `consume` rejects with
 * a {@link LimiterResult} if the key is over its limit, and with an `Error` if the limiter fails; a limiter
 * that answers synchronously throws instead.
 */
export interface Limiter {
  consume(key: string, points?: number): Answer<LimiterResult>;
  penalty(key: string, points?: number): Answer<LimiterResult>;
  reward(key: string, points?: number): Answer<LimiterResult>;
  block(key: string, seconds: number): Answer<LimiterResult>;
  get(key: string): Answer<LimiterResult | null>;
  delete(key: string): Answer<boolean>;
  /**
   * An addition to rate-limiter-flexible: in one atomic step, subtracts up to `points`, deletes the key if
   * none are left, and resolves with the number subtracted. A limiter without this method keeps keys with a
   * count of 0 until they expire.
   */
  takeBack?(key: string, points: number): Answer<number>;
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
 * (options) => new RateLimiterPrisma({ storeClient: prisma, ...options })
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
