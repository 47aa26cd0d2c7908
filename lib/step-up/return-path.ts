// Sends the browser back to the page it came from after a step-up, and never to another site.
import type { Request } from 'express';
import { StoreError } from '../errors.js';
import {
  forgetKey,
  isObject,
  type RequestWithSession,
  readKey,
} from '../strategy/passport-session.js';
import { callbackOrPromise, storageDeadline, withDeadline } from '../timers.js';

/** The key that Passport's option `successReturnToOrRedirect` reads. */
const returnKey = 'returnTo';

/**
 * Keeps the path of a GET in the session, and drops an earlier one for any other method: a redirect cannot
 * repeat a POST. Saves the session before the redirect is sent, because a browser may follow it before a
 * slow store has written.
 */
export async function leaveReturnPath(request: Request): Promise<void> {
  const { session }: RequestWithSession = request;
  const { method, originalUrl } = request;
  if (isObject(session)) {
    // Another site can make a browser send `GET //evil.example`.
    if (method === 'GET') Reflect.set(session, returnKey, sameSitePath(originalUrl));
    else forgetKey(session, returnKey);
  }
  if (canSave(session)) {
    const save = () => callbackOrPromise((done) => session.save(done));
    await withDeadline(storageDeadline, save, saveOverdue);
  }
}

/**
 * Returns the path that `requireSecondFactor` redirected the user from, and removes it from the session.
 * The path is always on this site (see {@link sameSitePath}).
 *
 * @param fallback - Returned if the session holds no usable path. Defaults to '/'.
 * @example
 * app.post('/confirm', passport.authorize('modica-2fa', stepUp), (request, response) => {
 *   response.redirect(303, takeReturnPath(request));
 * });
 */
export function takeReturnPath({ session }: RequestWithSession, fallback = '/'): string {
  const path = sameSitePath(readKey(session, returnKey), fallback);
  if (isObject(session)) forgetKey(session, returnKey);
  return path;
}

/** Base for parsing paths. RFC 6761 reserves `.invalid`: it can never be a real site. */
const base = 'https://same-site.invalid';

/** Characters. Longer URLs fail in some browsers and proxies. */
const maxPathLength = 2000;

/**
 * Returns the target if it is a path on this site, and the fallback otherwise. Prevents open redirects
 * (CWE-601): the target is parsed as browsers parse it, which read `/\evil.example`, `//evil.example` and
 * `/<tab>/evil.example` as other sites.
 *
 * @param target - Untrusted, for example from the query or the session. Anything but a string is refused.
 * @param fallback - Returned for any other target. Defaults to '/'.
 * @example response.redirect(303, sameSitePath(request.query.next));
 */
export function sameSitePath(target: unknown, fallback = '/'): string {
  if (typeof target !== 'string' || target.length > maxPathLength) return fallback;
  // Browsers drop tabs and line breaks and read a backslash as a slash (WHATWG URL Standard).
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(target) || target.includes('\\')) return fallback;
  const { pathname, search, hash } = new URL(target, base);
  // '/.//evil.example' is a path, but serialises to '//evil.example', which is another site.
  return pathname.startsWith('//') ? fallback : `${pathname}${search}${hash}`;
}

interface Savable {
  save(done: (error?: unknown) => void): unknown;
}

/** Sessions in a cookie have no `save`: they are written with the response. */
function canSave(session: unknown): session is Savable {
  return typeof readKey(session, 'save') === 'function';
}

function saveOverdue(): StoreError {
  return new StoreError('store_failed', {
    problem: 'The session was not saved in time.',
    hint: 'Check that the session store is reachable.',
  });
}
