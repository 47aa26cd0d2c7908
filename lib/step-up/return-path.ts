import type { Request } from 'express';
import { StoreError } from '../errors.js';
import { type CarryingRequest, forgetKey, isObject, readKey } from '../strategy/session.js';
import { isThenable, storageDeadline, withDeadline } from '../timers.js';
import { sameSitePath } from './same-site-path.js';

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
  if (canSave(session)) await withDeadline(storageDeadline, () => saved(session), saveOverdue);
}

interface Savable {
  save(done: (error?: unknown) => void): unknown;
}

/** Sessions that are kept in cookies are written with the answer. */
function canSave(session: unknown): session is Savable {
  return typeof readKey(session, 'save') === 'function';
}

/** By a callback or by a promise: sessions of different make do either. */
function saved(session: Savable): Promise<void> {
  return new Promise((resolve, reject) => {
    const returned = session.save((error) => (error ? reject(error) : resolve()));
    if (isThenable(returned)) returned.then(() => resolve(), reject);
  });
}

function saveOverdue(): StoreError {
  return new StoreError('store_failed', {
    problem: 'The session was not saved in time.',
    hint: 'Look at the session store.',
  });
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
