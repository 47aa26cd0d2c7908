import { timers } from './timers.js';

/** Milliseconds that the store or the limiter may take; one that takes longer is down. */
export const memoryDeadline = 5000;

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

/** Whether something is a promise, of whatever make. */
export function isThenable<T>(value: unknown): value is PromiseLike<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
