import type { Request } from 'express';
import { StoreError } from '../errors.js';
import { type CarryingRequest, forgetKey, isObject, readKey } from '../strategy/session.js';
import { callbackOrPromise, storageDeadline, withDeadline } from '../timers.js';

/** Where Passport itself keeps it, for its option `successReturnToOrRedirect`. */
const returnKey = 'returnTo';

/**
 * Only a GET can be gone back to: what a POST asked for has to be asked for again. A session that can be
 * saved is saved first, because a browser follows a redirect before a slow store has the path.
 */
export async function leaveReturnPath(request: Request): Promise<void> {
  const { session }: CarryingRequest = request;
  const { method, originalUrl } = request;
  if (isObject(session)) {
    // `GET //evil.example` is a request that anybody can make a browser send.
    if (method === 'GET') Reflect.set(session, returnKey, sameSitePath(originalUrl));
    else forgetKey(session, returnKey);
  }
  if (canSave(session)) {
    const save = () => callbackOrPromise((done) => session.save(done));
    await withDeadline(storageDeadline, save, saveOverdue);
  }
}

/**
 * Where the user was going when a code was asked for; once, and always on this site.
 *
 * @param fallback - Where to go if nowhere in particular.
 * @example
 * app.post('/confirm', passport.authorize('modica-2fa', stepUp), (request, response) => {
 *   response.redirect(303, takeReturnPath(request));
 * });
 */
export function takeReturnPath({ session }: CarryingRequest, fallback = '/'): string {
  const path = sameSitePath(readKey(session, returnKey), fallback);
  if (isObject(session)) forgetKey(session, returnKey);
  return path;
}

/** Some site, for reading paths; nobody can have it (RFC 6761). */
const base = 'https://same-site.invalid';

/** Where a browser may be sent back to: never longer than what a URL bar takes. */
const longestPath = 2000;

/**
 * A path on this very site, or the fallback: a target from a query or a session must not send a user,
 * fresh from typing a code, to somebody else's page (CWE-601). It is read as a browser reads it, for
 * which `/\evil.example`, `//evil.example` and `/<tab>/evil.example` are other sites.
 *
 * @param target - What was asked for, of whatever type.
 * @param fallback - Where to go otherwise.
 * @example response.redirect(303, sameSitePath(request.query.next));
 */
export function sameSitePath(target: unknown, fallback = '/'): string {
  if (typeof target !== 'string' || target.length > longestPath) return fallback;
  // A browser drops tabs and line breaks, and takes a backslash for a slash.
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(target) || target.includes('\\')) return fallback;
  const { pathname, search, hash } = new URL(target, base);
  // '/.//evil.example' is a path here and would be another site once it is written down.
  return pathname.startsWith('//') ? fallback : `${pathname}${search}${hash}`;
}

interface Savable {
  save(done: (error?: unknown) => void): unknown;
}

/** Sessions that are kept in cookies are written with the answer. */
function canSave(session: unknown): session is Savable {
  return typeof readKey(session, 'save') === 'function';
}

function saveOverdue(): StoreError {
  return new StoreError('store_failed', {
    problem: 'The session was not saved in time.',
    hint: 'Look at the session store.',
  });
}
