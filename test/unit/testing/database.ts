import { RateLimiterMemory } from 'rate-limiter-flexible';
import { vi } from 'vitest';
import type { Limiter, LimiterOptions, Storage, Store } from '../../../lib/index.js';
import {
  type StorageCheck,
  type StorageConformanceOptions,
  storageConformance,
} from '../../../lib/testing/index.js';
import { stopTimers } from '../../fixtures/clock.js';

/** Faulty methods of a store, given the working one. */
export type StoreOverrides = (working: Store) => Partial<Store>;

/** Faulty methods of a limiter, given the working one. */
export type LimiterOverrides = (
  working: RateLimiterMemory,
  options: LimiterOptions,
) => Partial<Limiter>;

interface Overrides {
  readonly store?: StoreOverrides;
  readonly limiter?: LimiterOverrides;
}

/** A database that uses the fake clock of the test. */
export class Database {
  readonly #entries = new Map<string, { readonly value: string; readonly until: number }>();
  readonly #limiters = new Map<string, RateLimiterMemory>();

  /** The storage as one process sees it. */
  storage({ store, limiter }: Overrides = {}): Storage {
    return {
      store: { ...this.#store, ...store?.(this.#store) },
      limiter: (options) => {
        const working = this.#limiter(options);
        return { ...methodsOf(working), ...limiter?.(working, options) };
      },
    };
  }

  /** The keys of records and counters, with those that have expired. */
  get keys(): readonly string[] {
    const counts = [...this.#limiters].flatMap(([prefix, limiter]) =>
      limiter.dump().storage.map(({ key }) => `${prefix}:${key}`),
    );
    return [...this.#entries.keys(), ...counts];
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

/** Hides the class and the options of a limiter. */
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

/** One connection that works. */
export const alone = { anotherStorage: null, failingStorage: null };

/**
 * Runs all checks, eight at a time, and returns the errors by check. On a machine that is busy with other work, calls
 * miss their deadline: those checks run again, one after the other.
 */
export async function failuresOf(
  options: StorageConformanceOptions,
): Promise<ReadonlyMap<string, Error>> {
  const checks = storageConformance(options);
  const failures = await failuresAmong(checks, 8);
  const late = checks.filter(({ name }) => isLate(failures.get(name)));
  const failuresAgain = await failuresAmong(late, 1);
  const others = [...failures].filter(([, error]) => !isLate(error));
  return new Map([...others, ...failuresAgain]);
}

async function failuresAmong(checks: readonly StorageCheck[], atOnce: number) {
  const failures = new Map<string, Error>();
  const left = checks.values();
  const runOthers = async () => {
    for (const { name, run } of left) await run().catch((error) => failures.set(name, error));
  };
  await Promise.all(Array.from({ length: atOnce }, runOthers));
  return failures;
}

const isLate = (error: Error | undefined) => error?.message.includes('did not answer within');

/** The same on a fake clock, which advances without waiting. */
export async function failuresOnFakeClock(
  options: StorageConformanceOptions,
): Promise<ReadonlyMap<string, Error>> {
  stopTimers({});
  let over = false;
  const failures = failuresOf(options).finally(() => {
    over = true;
  });
  // Not until no timer is left: other tests may have left repeating timers in this process.
  while (!over) await vi.advanceTimersToNextTimerAsync();
  return failures;
}

/** The sorted names of the checks that fail with these overrides. */
export async function failedChecks(overrides: Overrides): Promise<readonly string[]> {
  const database = new Database();
  const failures = await failuresOnFakeClock({
    storage: () => database.storage(overrides),
    ...alone,
  });
  return [...failures.keys()].toSorted();
}

/** A storage with one method replaced by one of any type, as in JavaScript. */
export const faultyStorage = (
  half: 'store' | 'limiter',
  method: string,
  replacement: () => unknown,
): Storage => {
  const storage = new Database().storage();
  return half === 'store'
    ? { ...storage, store: Object.assign({ ...storage.store }, { [method]: replacement }) }
    : {
        ...storage,
        limiter: (options) => Object.assign(storage.limiter(options), { [method]: replacement }),
      };
};
