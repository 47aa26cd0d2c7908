// Repeats what a database has rolled back.
import { timers } from '../../timers.js';

const maxAttempts = 10;

/** Milliseconds by which the wait grows with each attempt. */
const step = 20;

/**
 * Repeats statements that the database itself has undone, because two of them waited for each other or, at
 * a stricter isolation than `read committed`, met on one row: nothing was counted, so nothing counts twice.
 * The wait is random, or the same two would meet again.
 */
export async function repeatRolledBack<T>(
  action: () => Promise<T>,
  wasRolledBack: (error: unknown) => boolean,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      if (attempt === maxAttempts || !wasRolledBack(error)) throw error;
      await timers.delay(Math.random() * step * attempt);
    }
  }
}
