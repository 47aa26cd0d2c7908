import { inspect } from 'node:util';
import { z } from 'zod';
import type { Limiter, LimiterOptions } from '../limits/limiter.js';
import type { Memory } from '../storage/storage.js';
import type { Store } from '../storage/store.js';
import { answerOf, demand, somePrefix } from './harness.js';

/** What a limiter said of a key, and whether it did so by rejecting. */
export interface Answer {
  readonly refused: boolean;
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

const resultSchema = z.object({ consumedPoints: z.number(), msBeforeNext: z.number() });

/** One limiter under test. Its answers are read as the library reads them (lib/limits/counter.ts). */
export class Tally {
  readonly points: number;
  readonly #duration: number;
  readonly #limiter: Limiter;

  constructor({ limiter }: Memory, options: Partial<LimiterOptions> = {}) {
    const all = { keyPrefix: somePrefix(), points: 2, duration: 60, ...options };
    this.points = all.points;
    this.#duration = all.duration;
    this.#limiter = limiter(all);
  }

  consume(key: string): Promise<Answer> {
    return ask('consume', () => this.#limiter.consume(key));
  }

  penalty(key: string, ...points: readonly [] | readonly [number]): Promise<Answer> {
    return ask('penalty', () => this.#limiter.penalty(key, ...points));
  }

  reward(key: string): Promise<Answer> {
    return ask('reward', () => this.#limiter.reward(key));
  }

  block(key: string, seconds: number): Promise<Answer> {
    return ask('block', () => this.#limiter.block(key, seconds));
  }

  /** Undefined when the limiter knows nothing of the key. */
  async get(key: string): Promise<Answer | undefined> {
    const { refused, value } = await call('get', () => this.#limiter.get(key));
    return value === null && !refused ? undefined : answerFrom('get', refused, value);
  }

  delete(key: string): Promise<unknown> {
    return answerOf('limiter.delete', () => this.#limiter.delete(key));
  }

  /** How much is consumed now. A limiter in memory may show a key for a while after its time. */
  async used(key: string): Promise<number> {
    const answer = await this.get(key);
    const forgotten = !answer || (this.#duration > 0 && answer.msBeforeNext <= 0);
    return forgotten ? 0 : answer.consumedPoints;
  }

  /** Whether the library would let through what was answered so, even where it should have been a refusal. */
  allows({ refused, consumedPoints }: Answer): boolean {
    return !refused && consumedPoints <= this.points;
  }
}

async function ask(method: string, question: () => Promise<unknown>): Promise<Answer> {
  const { refused, value } = await call(method, question);
  return answerFrom(method, refused, value);
}

/** A limiter refuses by rejecting with a result; whatever else it rejects with is a failure. */
async function call(method: string, question: () => Promise<unknown>) {
  try {
    return { refused: false, value: await answerOf(`limiter.${method}`, question) };
  } catch (value) {
    if (value instanceof Error) throw value;
    return { refused: true, value };
  }
}

function answerFrom(method: string, refused: boolean, value: unknown): Answer {
  const { success, data } = resultSchema.safeParse(value);
  demand(success, {
    seen: `${method} ${refused ? 'rejected with' : 'gave'} ${inspect(value)}`,
    expected: 'an object with the numbers consumedPoints and msBeforeNext',
    matters: 'what is no count is taken for a limiter that is down, and every login fails',
  });
  return { refused, ...data };
}

/** A store under test. */
export class Entries {
  constructor(private readonly store: Store) {}

  /** Undefined when there is nothing: a store may say so by undefined or null. */
  async get(key: string): Promise<unknown> {
    return (await answerOf('store.get', () => this.store.get(key))) ?? undefined;
  }

  /** For so many milliseconds. */
  async set(key: string, value: string, ttl: number): Promise<void> {
    const written = await answerOf('store.set', () => this.store.set(key, value, ttl));
    demand(written !== false, {
      seen: 'store.set gave false',
      expected: 'an entry that is written, or an error',
      matters:
        'false is how Keyv says that it swallowed an error; the login fails, and hides the cause',
    });
  }

  async delete(key: string): Promise<void> {
    await answerOf('store.delete', () => this.store.delete(key));
  }
}
