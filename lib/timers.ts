// Timers that an app's fake timers do not stop, and deadlines for calls of the app's code.
import { nextTick } from 'node:process';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from './errors.js';

/**
 * Node's timers, captured when this module loads: fake timers that an app's tests install later (Jest,
 * Sinon, Vitest) would block a login forever. Times still follow the app's `Date`.
 */
export const timers = { clearTimeout, delay, nextTick, setImmediate, setTimeout };

/** The time limit of a call to the store or the limiter, in milliseconds. */
export const storageDeadline = 5000;

/** Not `performance.now` at each call, which an app's fake timers would replace. */
const elapsed = performance.now.bind(performance);

/** Returns a function that says whether so many milliseconds have passed. */
export function deadlineIn(milliseconds: number): () => boolean {
  const since = elapsed();
  return () => elapsed() - since > milliseconds;
}

/**
 * Returns a result of the app's code, or rejects when its promise takes too long: a login must not hang on a
 * database that does not answer. A late result or rejection is ignored. What is not a promise needs no deadline.
 */
export function withDeadline<T>(
  milliseconds: number,
  action: () => T,
  overdue: () => Error,
): T | Promise<Awaited<T>> {
  const answer = action();
  if (!isThenable<Awaited<T>>(answer)) return answer;
  return new Promise((resolve, reject) => {
    const timer = timers.setTimeout(() => reject(overdue()), milliseconds);
    Promise.resolve(answer).then(
      (result) => {
        timers.clearTimeout(timer);
        resolve(result);
      },
      (failure: unknown) => {
        timers.clearTimeout(timer);
        reject(failure);
      },
    );
  });
}

/**
 * Whether a synchronous callback returned a promise. Handles its rejection, which would otherwise crash the
 * process.
 */
export function isPromiseInVain(value: unknown): boolean {
  if (!isThenable(value)) return false;
  Promise.resolve(value).catch(() => undefined);
  return true;
}

/**
 * Returns the result of a callback that must be synchronous.
 *
 * @throws {ConfigurationError} `option_invalid` for a promise.
 */
export function atOnce<T>(option: string, answer: T): T {
  if (!isPromiseInVain(answer)) return answer;
  throw new ConfigurationError('option_invalid', {
    problem: `The option "${option}" returned a promise, but must return its result synchronously.`,
    hint: 'Return the value itself: load it before this route and keep it in the request, the user or the session.',
  });
}

/**
 * Awaits a callback or a promise: express-session and Passport call back, their counterparts for Fastify
 * return a promise.
 */
export function callbackOrPromise(
  start: (done: (error?: unknown) => void) => unknown,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const returned = start((error) => (error ? reject(error) : resolve()));
    if (isThenable(returned)) returned.then(() => resolve(), reject);
  });
}

/** Whether `await` would wait for a value: a promise of any implementation, or a function with a `then`. */
export function isThenable<T>(value: unknown): value is PromiseLike<T> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
