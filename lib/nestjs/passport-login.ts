// Logs users in to the session and out of it with Passport, which Nest's guards leave to the app.
import type { Request } from 'express';
import { ConfigurationError, StoreError } from '../errors.js';
import { isObject, readKey } from '../strategy/passport-session.js';
import { callbackOrPromise, storageDeadline, withDeadline } from '../timers.js';

/**
 * Calls `request.logIn`. Passport calls back, @fastify/passport returns a promise; a session that does
 * neither is an error at the deadline.
 *
 * @param deadline - Milliseconds.
 */
export function logIn(
  request: Request,
  user: Express.User,
  { keepSessionInfo }: { readonly keepSessionInfo: boolean },
  deadline = storageDeadline,
): Promise<void> {
  const logsIn = () =>
    callbackOrPromise((done) =>
      Reflect.apply(request.logIn, request, [user, { session: true, keepSessionInfo }, done]),
    );
  return withDeadline(deadline, logsIn, sessionOverdue);
}

/**
 * Calls `request.logout`, with the same deadline.
 *
 * @param deadline - Milliseconds.
 */
export function logOut(request: Request, deadline = storageDeadline): Promise<void> {
  const logsOut = () => callbackOrPromise((done) => request.logout(done));
  return withDeadline(deadline, logsOut, sessionOverdue);
}

/**
 * Checks that Passport can renew the session. Call it before sending or checking a code, which would be wasted.
 *
 * @throws {ConfigurationError} `session_missing`
 */
export function checkSession(request: Request): void {
  // @fastify/passport regenerates and saves its sessions in its own ways.
  if (isObject(readKey(request, 'passport'))) return;
  const session = readKey(request, 'session');
  const renewed = ['regenerate', 'save'].every(
    (method) => typeof readKey(session, method) === 'function',
  );
  if (!renewed) throw sessionNotRenewable();
}

function sessionNotRenewable(): ConfigurationError {
  return new ConfigurationError('session_missing', {
    problem:
      'The guard logs in or out, but the request has no session with regenerate and save, which Passport needs for it.',
    hint: 'Mount express-session before the guard, or add these methods to the sessions of another package, as the README does for cookie-session. In Fastify register @fastify/passport with @fastify/session or @fastify/secure-session: only it loads the user in later requests.',
  });
}

function sessionOverdue(): StoreError {
  return new StoreError('store_failed', {
    problem: 'The session was not renewed and saved in time.',
    hint: 'Check that the session store is reachable.',
  });
}
