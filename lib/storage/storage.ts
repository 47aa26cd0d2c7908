import type { LimiterFactory } from '../limits/limiter.js';

/** Both halves of the memory: pending challenges, and the counters that guard them. */
export interface Storage {
  store: Store;
  limiter: LimiterFactory;
}

/**
 * Where pending challenges wait. The shape is Keyv's, so `new Keyv(…)` fits as it is, and so does
 * anything else with these three. Values are texts; times are milliseconds.
 *
 * A store that fails must throw or reject: the login then fails closed.
 */
export interface Store {
  get(key: string): unknown;
  set(key: string, value: string, ttl: number): unknown;
  delete(key: string): unknown;
}
