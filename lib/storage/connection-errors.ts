// Reports errors of an idle connection, which would otherwise end the process.
import { plainCause } from '../errors.js';

/** The part of a client or pool that reports errors of its connections. */
interface ErrorEmitter {
  on(event: 'error', listener: (error: Error) => void): unknown;
  listenerCount(event: string): number;
}

/** Milliseconds in which an outage is reported once. */
const quietTime = 60_000;

/**
 * Adds a listener where there is none: an `error` event without one is thrown and not caught (Node, 'Error
 * events'). Warns about an outage once, and leaves it to the app's own listener if one is added later.
 */
export function reportErrors(emitter: ErrorEmitter, database: string): void {
  if (emitter.listenerCount('error') > 0) return;
  let reportedAt = Number.NEGATIVE_INFINITY;
  emitter.on('error', (error) => {
    if (emitter.listenerCount('error') > 1 || Date.now() - reportedAt < quietTime) return;
    reportedAt = Date.now();
    process.emitWarning(
      `${database} cannot be reached (${plainCause(error).message}). Logins fail until it is back. To handle this yourself, add a listener: pool.on('error', …).`,
      { type: 'PassportModica2faWarning', code: 'DATABASE_UNREACHABLE' },
    );
  });
}
