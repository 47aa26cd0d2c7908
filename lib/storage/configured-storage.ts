import cluster from 'node:cluster';
import { ConfigurationError } from '../errors.js';
import { countsInThisProcess, type LimiterFactory } from '../limits/limiter.js';
import { MemoryStore, processStorage } from './in-memory.js';
import type { Storage, Store } from './storage.js';

/** What an app gives of a memory, checked by itself and not yet together. */
interface GivenStorage {
  readonly store?: Store | undefined;
  readonly limiter?: LimiterFactory | undefined;
}

/** What is wrong with the two halves that an app gives. */
export function storageProblems({ store, limiter }: GivenStorage): readonly string[] {
  const problems: string[] = [];
  const unfit = storeProblem(store);
  if (unfit !== undefined) problems.push(`option "store" ${unfit}`);
  if ((store === undefined) !== (limiter === undefined)) {
    problems.push(
      'options "store" and "limiter" go together: a shared store with counters in each process would fail open, and so would the reverse',
    );
  }
  return problems;
}

/** The memory that an app gives, or what strategies share. */
export function storageOf({ store, limiter }: GivenStorage): Storage {
  const storage =
    store && limiter ? { store, limiter: sharedLike(store, limiter) } : processStorage;
  if (storage.store instanceof MemoryStore) warnOfOtherProcesses();
  return storage;
}

/** Whether its `set` takes no time as its third argument, as in a Map, quick-lru, lru-cache and ttlcache. */
function ignoresTimes(store: unknown): boolean {
  const has = (name: string) => Reflect.has(Object(store), name);
  return store instanceof Map || ['ttlAutopurge', 'setTTL'].some(has);
}

/** Why a store cannot be used, as far as its construction shows. */
export function storeProblem(store: unknown): string | undefined {
  const told = (name: string): unknown => Reflect.get(Object(store), name);
  const adapter = Object(told('store'));
  if (ignoresTimes(store)) {
    return 'ignores how long an entry is to be kept, so challenges would never end; use new Keyv({ throwOnErrors: true }), which keeps times, or leave out both "store" and "limiter"';
  }
  if (told('throwOnErrors') === false) {
    return 'swallows errors: a read that failed would be taken for no challenge, and cost another SMS; make it with throwOnErrors: new Keyv({ store: adapter, throwOnErrors: true })';
  }
  if (Reflect.get(adapter, 'throwOnErrors') === false) {
    return 'has an adapter that swallows errors: what was never written would be taken for written; set its throwOnErrors to true';
  }
  // Keyv 6 throws only while nothing listens for 'error', and a connection that is lost then ends the process.
  if (told('throwOnEmptyListeners') === true && told('throwOnErrors') === undefined) {
    return 'is a Keyv 6, which swallows errors as soon as there is a listener for them; use Keyv 5 with throwOnErrors, or onRedis(client)';
  }
  return undefined;
}

/** A store that other processes may share needs counters that they share. */
export function sharedLike(store: Store, limiter: LimiterFactory): LimiterFactory {
  if (store instanceof MemoryStore) return limiter;
  return (options) => {
    const made = limiter(options);
    if (!countsInThisProcess(made)) return made;
    throw new ConfigurationError('option_invalid', {
      problem:
        'Option "limiter" counts in this process alone, and "store" may be shared: every process would allow as much again, and a code could be used once in each.',
      hint: 'Make limiters where the store is (RateLimiterRedis, RateLimiterPostgres, …), or leave out both.',
    });
  };
}

/** What shows for certain that an app runs in more than one process, and nothing that merely may. */
export function otherProcesses(env: Signs, isWorker: boolean): string | undefined {
  const { NODE_ENV, NODE_APP_INSTANCE, DYNO, AWS_LAMBDA_FUNCTION_NAME, VERCEL } = env;
  // Test runners start processes of their own, each with an app of its own.
  if (NODE_ENV === 'test') return undefined;
  // PM2 counts instances from 0, in its cluster mode too, where a single one is usual.
  if (Number(NODE_APP_INSTANCE) >= 1) return `NODE_APP_INSTANCE is ${NODE_APP_INSTANCE}`;
  if (isWorker && NODE_APP_INSTANCE === undefined) return 'it is a worker of node:cluster';
  // Heroku counts dynos from 1.
  if (Number(/^web\.(\d+)$/.exec(DYNO ?? '')?.[1]) >= 2) return `DYNO is ${DYNO}`;
  // Each request at the same time gets a process of its own.
  if (AWS_LAMBDA_FUNCTION_NAME !== undefined) return 'it runs on AWS Lambda';
  if (VERCEL === '1') return 'it runs on Vercel';
  return undefined;
}

/** What is read of the environment. */
type Signs = Readonly<
  Partial<
    Record<
      'NODE_ENV' | 'NODE_APP_INSTANCE' | 'DYNO' | 'AWS_LAMBDA_FUNCTION_NAME' | 'VERCEL',
      string | undefined
    >
  >
>;

let hasWarned = false;

/**
 * Warns, once, where the memory of this process cannot be enough: others would know nothing of a
 * challenge that was created here, and each would allow as many guesses and messages again.
 */
function warnOfOtherProcesses(): void {
  if (hasWarned) return;
  const sign = otherProcesses(process.env, cluster.isWorker);
  if (sign === undefined) return;
  hasWarned = true;
  process.emitWarning(
    `Challenges and limits are kept in the memory of this process, and ${sign}, so there are others: users will be asked to start again, and limits hold for each process by itself. Share them: new ModicaTwoFactorStrategy({ ...onRedis(client), … }).`,
    { type: 'PassportModica2faWarning', code: 'MEMORY_NOT_SHARED' },
  );
}
