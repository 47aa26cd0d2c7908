// Reports errors of connections, which would otherwise end the process.
import { plainCause } from '../errors.js';
import { publish } from '../events.js';

/** The part of a client or pool that reports errors of its connections. */
interface ErrorEmitter {
  on(event: 'error', listener: (error: Error) => void): unknown;
  listenerCount(event: string): number;
}

/** Milliseconds in which an outage is reported once: clients emit an error at each attempt to reconnect. */
const quietTime = 60_000;

const reporting = new WeakSet<ErrorEmitter>();

/**
 * Publishes an event for each outage, and warns about it while the app has no listener of its own. Adds a listener in
 * any case: an `error` event without one is thrown and not caught (Node, 'Error events').
 */
export function reportErrors(emitter: ErrorEmitter, database: string): void {
  if (reporting.has(emitter)) return;
  reporting.add(emitter);
  let reportedAt = Number.NEGATIVE_INFINITY;
  emitter.on('error', (error) => {
    if (Date.now() - reportedAt < quietTime) return;
    reportedAt = Date.now();
    const problem = plainCause(error).message;
    publish({ name: 'storage_connection_failed', storage: database, problem });
    if (emitter.listenerCount('error') > 1) return;
    process.emitWarning(
      `${database} cannot be reached (${problem}). Logins fail until it is back. To handle this yourself, add a listener with .on('error', …), or subscribe to the events.`,
      { type: 'PassportModica2faWarning', code: 'DATABASE_UNREACHABLE' },
    );
  });
}
