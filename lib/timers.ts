import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from './errors.js';

/**
 * Node's timers, taken when this module loads: fake ones that an app's tests install later (Jest, Sinon,
 * Vitest) would make a login wait for ever. Times still follow the app's `Date`.
 */
export const timers = { clearTimeout, delay, setImmediate, setTimeout };

/** Milliseconds that the store or the limiter may take; one that takes longer is down. */
export const storageDeadline = 5000;

/**
 * Awaits a result of the app's own code, or throws when it takes too long: a login must not hang on a
 * database that does not answer. A later result or rejection is ignored: the race has handled it.
 */
export async function withDeadline<T>(
  milliseconds: number,
  action: () => T,
  overdue: () => Error,
): Promise<Awaited<T>> {
  const answer = action();
  if (!isThenable(answer)) return await answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = timers.setTimeout(() => reject(overdue()), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    timers.clearTimeout(timer);
  }
}

/**
 * Whether a callback that must answer at once gave a promise. Its rejection is handled here, or it would
 * end the process.
 */
export function isPromiseInVain(value: unknown): boolean {
  if (!isThenable(value)) return false;
  Promise.resolve(value).catch(() => undefined);
  return true;
}

/**
 * What a callback of the app answered that is asked where nothing can be awaited.
 *
 * @throws {ConfigurationError} `option_invalid` for a promise.
 */
export function atOnce<T>(option: string, answer: T): T {
  if (!isPromiseInVain(answer)) return answer;
  throw new ConfigurationError('option_invalid', {
    problem: `The option "${option}" gave a promise; its answer is needed at once.`,
    hint: 'Return the value itself: find it before this route and keep it at the request, the user or the session.',
  });
}

/**
 * Awaits what ends with a callback or with a promise: express-session and Passport call back, their
 * counterparts for Fastify return a promise.
 */
export function callbackOrPromise(
  start: (done: (error?: unknown) => void) => unknown,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const returned = start((error) => (error ? reject(error) : resolve()));
    if (isThenable(returned)) returned.then(() => resolve(), reject);
  });
}

/** Whether something is a promise, of whatever make. */
export function isThenable<T>(value: unknown): value is PromiseLike<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
