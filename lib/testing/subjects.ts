import { inspect } from 'node:util';
import { z } from 'zod';
import type { Limiter, LimiterOptions } from '../limits/limiter.js';
import type { Storage } from '../storage/storage.js';
import type { Store } from '../storage/store.js';
import { assertFinding, randomPrefix, withTimeout } from './harness.js';

/** What a limiter said of a key, and whether it did so by rejecting. */
export interface CallResult {
  readonly rejected: boolean;
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

const resultSchema = z.object({ consumedPoints: z.number(), msBeforeNext: z.number() });

/** One limiter under test. Its answers are read as the library reads them (lib/limits/counter.ts). */
export class TestedLimiter {
  readonly points: number;
  readonly #duration: number;
  readonly #limiter: Limiter;

  constructor({ limiter }: Storage, options: Partial<LimiterOptions> = {}) {
    const all = { keyPrefix: randomPrefix(), points: 2, duration: 60, ...options };
    this.points = all.points;
    this.#duration = all.duration;
    this.#limiter = limiter(all);
  }

  consume(key: string): Promise<CallResult> {
    return resultOf('consume', () => this.#limiter.consume(key));
  }

  penalty(key: string, ...points: readonly [] | readonly [number]): Promise<CallResult> {
    return resultOf('penalty', () => this.#limiter.penalty(key, ...points));
  }

  reward(key: string): Promise<CallResult> {
    return resultOf('reward', () => this.#limiter.reward(key));
  }

  block(key: string, seconds: number): Promise<CallResult> {
    return resultOf('block', () => this.#limiter.block(key, seconds));
  }

  /** Undefined when the limiter knows nothing of the key. */
  async get(key: string): Promise<CallResult | undefined> {
    const { rejected, value } = await settle('get', () => this.#limiter.get(key));
    return value === null && !rejected ? undefined : parseResult('get', rejected, value);
  }

  delete(key: string): Promise<unknown> {
    return withTimeout('limiter.delete', () => this.#limiter.delete(key));
  }

  /** How much is consumed now. A limiter in memory may show a key for a while after its time. */
  async consumed(key: string): Promise<number> {
    const answer = await this.get(key);
    const forgotten = !answer || (this.#duration > 0 && answer.msBeforeNext <= 0);
    return forgotten ? 0 : answer.consumedPoints;
  }

  /** Whether the library would let through what was answered so, even where it should have been a refusal. */
  isAllowed({ rejected, consumedPoints }: CallResult): boolean {
    return !rejected && consumedPoints <= this.points;
  }
}

async function resultOf(method: string, question: () => Promise<unknown>): Promise<CallResult> {
  const { rejected, value } = await settle(method, question);
  return parseResult(method, rejected, value);
}

/** A limiter refuses by rejecting with a result; whatever else it rejects with is a failure. */
async function settle(method: string, question: () => Promise<unknown>) {
  try {
    return { rejected: false, value: await withTimeout(`limiter.${method}`, question) };
  } catch (value) {
    if (value instanceof Error) throw value;
    return { rejected: true, value };
  }
}

function parseResult(method: string, rejected: boolean, value: unknown): CallResult {
  const { success, data } = resultSchema.safeParse(value);
  assertFinding(success, {
    actual: `${method} ${rejected ? 'rejected with' : 'gave'} ${inspect(value)}`,
    expected: 'an object with the numbers consumedPoints and msBeforeNext',
    impact: 'what is no count is taken for a limiter that is down, and every login fails',
  });
  return { rejected, ...data };
}

/** A store under test. */
export class TestedStore {
  readonly #store: Store;

  constructor({ store }: Storage) {
    this.#store = store;
  }

  /** Undefined when there is nothing: a store may say so by undefined or null. */
  async get(key: string): Promise<unknown> {
    return (await withTimeout('store.get', () => this.#store.get(key))) ?? undefined;
  }

  /** For so many milliseconds. */
  async set(key: string, value: string, ttl: number): Promise<void> {
    const written = await withTimeout('store.set', () => this.#store.set(key, value, ttl));
    assertFinding(written !== false, {
      actual: 'store.set gave false',
      expected: 'an entry that is written, or an error',
      impact:
        'false is how Keyv says that it swallowed an error; the login fails, and hides the cause',
    });
  }

  async delete(key: string): Promise<void> {
    await withTimeout('store.delete', () => this.#store.delete(key));
  }
}
