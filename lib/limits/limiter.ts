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
