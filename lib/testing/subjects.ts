// The limiter and the store under test, with their results validated.

import { inspect } from 'node:util';
import { z } from 'zod';
import type { Limiter, LimiterOptions } from '../limits/limiter.js';
import type { Store } from '../storage/storage.js';
import { assertHolds, randomPrefix, type TestedStorage, withTimeout } from './harness.js';

/** The result of a call to a limiter. */
export interface CallResult {
  /** Whether it came as a rejection. */
  readonly rejected: boolean;
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/** A limiter whose results are interpreted as in lib/limits/counter.ts. */
export class TestedLimiter {
  readonly points: number;
  /** Whether it has the optional method `takeBack`. */
  readonly takesBack: boolean;
  readonly #options: LimiterOptions;
  readonly #limiter: Limiter;
  readonly #written: Set<string>;

  constructor({ limiter, written }: TestedStorage, options: Partial<LimiterOptions> = {}) {
    this.#options = { keyPrefix: randomPrefix(), points: 2, duration: 60, ...options };
    this.points = this.#options.points;
    this.#limiter = limiter(this.#options);
    this.takesBack = typeof this.#limiter.takeBack === 'function';
    this.#written = written.of((key) => this.#limiter.delete(key));
  }

  consume(key: string): Promise<CallResult> {
    return this.#write('consume', key, () => this.#limiter.consume(key));
  }

  penalty(key: string, ...points: readonly [] | readonly [number]): Promise<CallResult> {
    return this.#write('penalty', key, () => this.#limiter.penalty(key, ...points));
  }

  reward(key: string): Promise<CallResult> {
    return this.#write('reward', key, () => this.#limiter.reward(key));
  }

  block(key: string, seconds: number): Promise<CallResult> {
    return this.#write('block', key, () => this.#limiter.block(key, seconds));
  }

  /** The number of points subtracted; undefined without that method. */
  takeBack(key: string, points: number): Promise<unknown> {
    return withTimeout('limiter.takeBack', () => this.#limiter.takeBack?.(key, points));
  }

  /** Resolves to undefined for an unknown key. */
  async get(key: string): Promise<CallResult | undefined> {
    const { rejected, value } = await settle('get', () => this.#limiter.get(key));
    return value === null && !rejected ? undefined : parseResult('get', rejected, value);
  }

  delete(key: string): Promise<unknown> {
    return withTimeout('limiter.delete', () => this.#limiter.delete(key));
  }

  /** The current count. An in-memory limiter may return a key for a while after its expiry. */
  async consumed(key: string): Promise<number> {
    const result = await this.get(key);
    const isExpired = !result || (this.#options.duration > 0 && result.msBeforeNext <= 0);
    return isExpired ? 0 : result.consumedPoints;
  }

  /** Whether the library would allow the request, even if the limiter should have rejected. */
  isAllowed({ rejected, consumedPoints }: CallResult): boolean {
    return !rejected && consumedPoints <= this.points;
  }

  async #write(method: string, key: string, call: () => unknown): Promise<CallResult> {
    this.#written.add(key);
    const { rejected, value } = await settle(method, call);
    return parseResult(method, rejected, value);
  }
}

/** A limiter refuses by rejecting with a result; an Error is a failure. */
async function settle(method: string, call: () => unknown) {
  try {
    return { rejected: false, value: await withTimeout(`limiter.${method}`, call) };
  } catch (value) {
    if (value instanceof Error) throw value;
    return { rejected: true, value };
  }
}

const resultSchema = z.object({ consumedPoints: z.number(), msBeforeNext: z.number() });

function parseResult(method: string, rejected: boolean, value: unknown): CallResult {
  const { success, data } = resultSchema.safeParse(value);
  assertHolds(success, {
    actual: `${method} ${rejected ? 'rejected with' : 'resolved to'} ${inspect(value)}`,
    expected: 'an object with the numbers consumedPoints and msBeforeNext',
    impact: 'the library treats any other value as a failed limiter, so every login fails',
  });
  return { rejected, ...data };
}

/** A store that must not swallow errors. */
export class TestedStore {
  readonly #store: Store;
  readonly #written: Set<string>;

  constructor({ store, written }: TestedStorage) {
    this.#store = store;
    this.#written = written.of((key) => store.delete(key));
  }

  /** Resolves to undefined for an unknown key; a store may return undefined or null. */
  async get(key: string): Promise<unknown> {
    return (await withTimeout('store.get', () => this.#store.get(key))) ?? undefined;
  }

  /** @param ttl - in milliseconds */
  async set(key: string, value: string, ttl: number): Promise<void> {
    this.#written.add(key);
    const result = await withTimeout('store.set', () => this.#store.set(key, value, ttl));
    assertHolds(result !== false, {
      actual: 'store.set returned false',
      expected: 'a written entry, or an error',
      impact:
        'Keyv returns false for an error that it swallowed; the login fails without the cause',
    });
  }

  async delete(key: string): Promise<void> {
    await withTimeout('store.delete', () => this.#store.delete(key));
  }
}
