// Checks the storage that an app configures; the default is storage in this process.
import { z } from 'zod';
import { ConfigurationError } from '../errors.js';
import { countsInThisProcess, type LimiterFactory } from '../limits/limiter.js';
import { callable } from '../options/parse.js';
import { MemoryStore, processStorage } from './in-memory.js';
import { warnOfOtherProcesses } from './other-processes.js';
import type { Storage, Store } from './storage.js';

export const storeSchema = z
  .custom<Store>(
    (value) =>
      ['get', 'set', 'delete'].every(
        (method) => typeof Reflect.get(Object(value), method) === 'function',
      ),
    { error: 'must have get, set and delete, like that of onRedis(client) or new Keyv(…)' },
  )
  .optional();

export const limiterSchema = callable<LimiterFactory>(
  'a function that returns a limiter, such as that of onRedis(client)',
).optional();

/** The two options, each of them valid by itself. */
interface StorageOptions {
  readonly store?: Store | undefined;
  readonly limiter?: LimiterFactory | undefined;
}

/** Returns what is wrong with a store, or with the two options together. */
export function storageProblems({ store, limiter }: StorageOptions): readonly string[] {
  const problems: string[] = [];
  const unfit = storeProblem(store);
  if (unfit !== undefined) problems.push(`The option "store" ${unfit}`);
  if ((store === undefined) !== (limiter === undefined)) {
    problems.push(
      'The options "store" and "limiter" go together: a shared store with counters in each process would fail open, and so would the reverse',
    );
  }
  return problems;
}

/** Returns the storage that the app configured, by default the one that all strategies of the process share. */
export function storageOf({ store, limiter }: StorageOptions): Storage {
  const storage =
    store && limiter ? { store, limiter: sharedLike(store, limiter) } : processStorage;
  if (storage.store instanceof MemoryStore) warnOfOtherProcesses();
  return storage;
}

/**
 * Whether it is a collection in memory, whose `set` takes no TTL as its third argument: Map, quick-lru, lru-cache,
 * ttlcache, tiny-lru. A database is not enumerated synchronously.
 */
function isCollection(store: unknown): boolean {
  const has = (name: string | symbol) => typeof Reflect.get(Object(store), name) === 'function';
  return has(Symbol.iterator) || has('entries');
}

/** Returns why a store cannot be used, as far as its properties show. */
export function storeProblem(store: unknown): string | undefined {
  const property = (name: string): unknown => Reflect.get(Object(store), name);
  const adapter = Object(property('store'));
  if (isCollection(store)) {
    return 'is a collection, which ignores how long to keep an entry, so challenges would never expire; use onRedis(client) or new Keyv({ throwOnErrors: true }), or omit both "store" and "limiter". If it does expire entries, pass an object with its get, set and delete alone';
  }
  if (property('throwOnErrors') === false) {
    return 'swallows errors: a failed read would look like a missing challenge and cost another SMS; create it with new Keyv({ store: adapter, throwOnErrors: true })';
  }
  if (Reflect.get(adapter, 'throwOnErrors') === false) {
    return 'has an adapter that swallows errors: a failed write would look like a success; set its throwOnErrors to true';
  }
  // Keyv 6 and Cacheable throw at most while 'error' has no listener, and without one a lost connection ends the process.
  if (property('throwOnEmptyListeners') !== undefined && property('throwOnErrors') === undefined) {
    return 'reports errors as events, like Keyv 6: with a listener, a failed read would look like a missing challenge; use Keyv 5 with throwOnErrors: true, or onRedis(client)';
  }
  return undefined;
}

/** Refuses limiters that count in this process alone next to a store that other processes may share. */
export function sharedLike(store: Store, limiter: LimiterFactory): LimiterFactory {
  if (store instanceof MemoryStore) return limiter;
  return (options) => {
    const made = limiter(options);
    if (!countsInThisProcess(made)) return made;
    throw new ConfigurationError('option_invalid', {
      problem:
        'The option "limiter" counts in this process alone, and "store" may be shared: each process would allow the full limits, and a code could be used once in each.',
      hint: 'Use limiters of the same database as the store, such as both halves of onRedis(client), or omit both options.',
    });
  };
}
