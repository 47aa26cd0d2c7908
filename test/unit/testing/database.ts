import { RateLimiterMemory } from 'rate-limiter-flexible';
import { vi } from 'vitest';
import type { Limiter, LimiterOptions, Storage, Store } from '../../../lib/index.js';
import { type MemoryConformanceOptions, memoryConformance } from '../../../lib/testing/index.js';
import { stopTimers } from '../../fixtures/clock.js';

/** Methods of a store that do something else than the one that works. */
export type StoreOverrides = (working: Store) => Partial<Store>;

/** Methods of a limiter that do something else than the one that works. */
export type LimiterOverrides = (
  works: RateLimiterMemory,
  options: LimiterOptions,
) => Partial<Limiter>;

interface Overrides {
  readonly store?: StoreOverrides;
  readonly limiter?: LimiterOverrides;
}

/** A database that keeps time by the clock of the test. */
export class Database {
  readonly #entries = new Map<string, { readonly value: string; readonly until: number }>();
  readonly #limiters = new Map<string, RateLimiterMemory>();

  /** What a process has of it. */
  memory({ store, limiter }: Overrides = {}): Storage {
    return {
      store: { ...this.#store, ...store?.(this.#store) },
      limiter: (options) => {
        const works = this.#limiter(options);
        return { ...methodsOf(works), ...limiter?.(works, options) };
      },
    };
  }

  readonly #store: Store = {
    get: async (key) => {
      const entry = this.#entries.get(key);
      return entry && entry.until > Date.now() ? entry.value : null;
    },
    set: async (key, value, ttl) => {
      this.#entries.set(key, { value, until: Date.now() + ttl });
    },
    delete: async (key) => {
      this.#entries.delete(key);
    },
  };

  #limiter(options: LimiterOptions): RateLimiterMemory {
    const limiter = this.#limiters.get(options.keyPrefix) ?? new RateLimiterMemory({ ...options });
    this.#limiters.set(options.keyPrefix, limiter);
    return limiter;
  }
}

/** The methods alone, so that nothing shows of what kind the limiter is and what it was told. */
export function methodsOf(limiter: Limiter): Limiter {
  return {
    consume: (key, points) => limiter.consume(key, points),
    penalty: (key, points) => limiter.penalty(key, points),
    reward: (key, points) => limiter.reward(key, points),
    block: (key, seconds) => limiter.block(key, seconds),
    get: (key) => limiter.get(key),
    delete: (key) => limiter.delete(key),
  };
}

/** Runs all checks at once; gives those that fail, with their errors. */
export async function failuresOf(
  options: MemoryConformanceOptions,
): Promise<ReadonlyMap<string, Error>> {
  const failures = new Map<string, Error>();
  await Promise.all(
    memoryConformance(options).map(({ name, run }) =>
      run().catch((error) => failures.set(name, error)),
    ),
  );
  return failures;
}

/** The same, on a clock that runs as fast as it can. */
export async function failuresOnFakeClock(
  options: MemoryConformanceOptions,
): Promise<ReadonlyMap<string, Error>> {
  stopTimers({});
  let over = false;
  const failures = failuresOf(options).finally(() => {
    over = true;
  });
  // Not until no timer is left: what other tests have left in this process may go on for ever.
  while (!over) await vi.advanceTimersToNextTimerAsync();
  return failures;
}

/** The names of the checks that a memory with these bends fails, in the order of the alphabet. */
export async function failedChecks(bends: Overrides): Promise<readonly string[]> {
  const database = new Database();
  const failures = await failuresOnFakeClock({ memory: () => database.memory(bends) });
  return [...failures.keys()].toSorted();
}

/** As untyped code would give them. */
export const faultyMemory = (
  half: 'store' | 'limiter',
  method: string,
  instead: () => unknown,
): Storage => {
  const memory = new Database().memory();
  return half === 'store'
    ? { ...memory, store: Object.assign({ ...memory.store }, { [method]: instead }) }
    : {
        ...memory,
        limiter: (options) => Object.assign(memory.limiter(options), { [method]: instead }),
      };
};
