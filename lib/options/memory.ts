import { SetupError } from '../errors.js';
import type { LimiterFactory } from '../limits/limiter.js';
import { countsInThisProcess, memoryLimiter } from '../limits/memory.js';
import { MemoryStore } from '../stores/memory.js';
import type { Store } from '../stores/store.js';

/** Both halves of the memory: pending challenges, and the counters that guard them. */
export interface Memory {
  store: Store;
  limiter: LimiterFactory;
}

/**
 * A memory of its own in this process. All strategies share one unless they are told otherwise, so
 * that a user has one count of failures however many strategies an app has; give each its own where
 * they serve different sets of users, or in tests.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...inMemory(), username, password, destination }, verify)
 */
export function inMemory(): Memory {
  return { store: new MemoryStore(), limiter: memoryLimiter() };
}

/** What strategies share that are not told otherwise. */
export const processMemory: Memory = inMemory();

/** What an app gives of a memory, checked by itself and not yet together. */
interface GivenMemory {
  readonly store?: Store | undefined;
  readonly limiter?: LimiterFactory | undefined;
}

/** What is wrong with the two halves that an app gives. */
export function memoryProblems({ store, limiter }: GivenMemory): readonly string[] {
  const problems: string[] = [];
  if (swallowsErrors(store)) {
    problems.push(
      'option "store" has an adapter that swallows errors: what was never written would be taken for written; set its throwOnErrors to true',
    );
  }
  if ((store === undefined) !== (limiter === undefined)) {
    problems.push(
      'options "store" and "limiter" go together: a shared store with counters in each process would fail open, and so would the reverse',
    );
  }
  return problems;
}

/** The memory that an app gives, or what strategies share. */
export function memoryOf({ store, limiter }: GivenMemory): Memory {
  return store && limiter ? { store, limiter: sharedLike(store, limiter) } : processMemory;
}

/** Keyv says through its adapter whether a failure is told or kept quiet. */
export function swallowsErrors(store: Store | undefined): boolean {
  const adapter: unknown = Reflect.get(Object(store), 'store');
  return Reflect.get(Object(adapter), 'throwOnErrors') === false;
}

/** A store that other processes may share needs counters that they share. */
export function sharedLike(store: Store, limiter: LimiterFactory): LimiterFactory {
  if (store instanceof MemoryStore) return limiter;
  return (options) => {
    const made = limiter(options);
    if (!countsInThisProcess(made)) return made;
    throw new SetupError('option_invalid', {
      problem:
        'Option "limiter" counts in this process alone, and "store" may be shared: every process would allow as much again, and a code could be used once in each.',
      cure: 'Make limiters where the store is (RateLimiterRedis, RateLimiterPostgres, …), or leave out both.',
    });
  };
}
