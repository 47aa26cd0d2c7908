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

/** Publishes an event for each outage, and returns what it says the problem is; nothing where it was reported before. */
export function outageReporter(database: string): (error: unknown) => string | undefined {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (Date.now() - reportedAt < quietTime) return undefined;
    reportedAt = Date.now();
    const problem = plainCause(error).message;
    publish({ name: 'storage_connection_failed', storage: database, problem });
    return problem;
  };
}

/**
 * Publishes an event for each outage, and warns about it while the app has no listener of its own. Adds a listener in
 * any case: an `error` event without one is thrown and not caught (Node, 'Error events').
 */
export function reportErrors(emitter: ErrorEmitter, database: string): void {
  if (reporting.has(emitter)) return;
  reporting.add(emitter);
  const report = outageReporter(database);
  emitter.on('error', (error) => {
    const problem = report(error);
    if (problem === undefined || emitter.listenerCount('error') > 1) return;
    process.emitWarning(
      `${database} cannot be reached (${problem}). Logins fail until it is back. To handle this yourself, add a listener with .on('error', …), or subscribe to the events.`,
      { type: 'PassportModica2faWarning', code: 'DATABASE_UNREACHABLE' },
    );
  });
}
