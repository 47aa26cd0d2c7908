import type { Request } from 'express';
import { ConfigurationError, StoreError } from '../errors.js';
import { isObject, readKey } from '../strategy/session.js';
import { callbackOrPromise, storageDeadline, withDeadline } from '../timers.js';

/**
 * Passport's own login, which Nest's guards leave to the app. @fastify/passport returns a promise and
 * calls nothing; a session that knows neither way would never answer.
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
  return withDeadline(deadline, logsIn, loginOverdue);
}

/**
 * Before a code is sent or spent: a login that cannot be written would be lost with it.
 *
 * @throws {ConfigurationError} `session_missing`
 */
export function checkSession(request: Request): void {
  // @fastify/passport knows its own sessions.
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
      'The guard has session: true, but there is no session with regenerate and save, which Passport needs to log in.',
    hint: 'Mount express-session (with Fastify: @fastify/session) before the guard, give the sessions of another package these methods, or register @fastify/passport, which knows @fastify/secure-session.',
  });
}

function loginOverdue(): StoreError {
  return new StoreError('store_failed', {
    problem: 'The session was not renewed and saved in time.',
    hint: 'Look at the session store.',
  });
}
