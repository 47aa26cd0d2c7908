// The contract of a storage: a store for records, and a factory of limiters for counts.
import type { LimiterFactory } from '../limits/limiter.js';

/** Where pending challenges are stored, and the counters that guard them. Spread it into the options. */
export interface Storage {
  store: Store;
  limiter: LimiterFactory;
}

/**
 * A key-value store with expiry: a `new Keyv(…)`, or any other object with these three methods. Values are
 * strings; `ttl` is in milliseconds. Results may be promises.
 *
 * Must throw or reject when it fails: the login then fails closed.
 */
export interface Store {
  /** Returns the value, or `undefined` or `null` if there is none or it has expired. */
  get(key: string): unknown;
  /** Returns `false` only if nothing was written. */
  set(key: string, value: string, ttl: number): unknown;
  delete(key: string): unknown;
}
