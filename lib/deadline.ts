/** Milliseconds that the store or the limiter may take; one that takes longer is down. */
export const memoryDeadline = 5000;

/**
 * What somebody else's code promises, or an error when it takes too long: a login must not hang on
 * a database that does not answer. What comes later is ignored.
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
    timer = setTimeout(() => reject(overdue()), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
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
