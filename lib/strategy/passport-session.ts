// Reads what Passport, the framework and the session middleware keep in a request.
import type { Request } from 'express';
import { fingerprint } from '../fingerprint.js';

/** A request of any framework, as far as the client's state is read from it or written to it. */
export interface RequestWithSession {
  session?: unknown;
  body?: unknown;
}

/**
 * Reads a top-level key of a session. Not only own keys: the session of @fastify/secure-session is a
 * proxy with `get` and `set` traps only, so none of its keys are its own.
 */
export function readKey(session: unknown, key: string): unknown {
  return isObject(session) ? Reflect.get(session, key) : undefined;
}

/** Deletes a key of a session. Assigns undefined first, because that proxy has no trap for deletion. */
export function forgetKey(session: object, key: string): void {
  Reflect.set(session, key, undefined);
  Reflect.deleteProperty(session, key);
}

/**
 * Whether Passport's login is in the session. Passport and koa-passport store `{ user: … }`, which a
 * logout empties; @fastify/passport stores what the serializer returned.
 */
export function isLoggedIn(request: RequestWithSession): boolean {
  const login = readKey(request.session, loginKeyOf(request));
  const values = isObject(login) ? Object.values(login) : [login];
  return values.some((value) => value !== undefined && value !== null);
}

/**
 * Removes Passport's login from the session. An object is emptied, as Passport's own logout does, not
 * deleted: koa-session does not save a new session that is empty, and the login would remain.
 */
export function forgetLogin(request: RequestWithSession): void {
  const { session } = request;
  if (!isObject(session)) return;
  const key = loginKeyOf(request);
  const login = readKey(session, key);
  if (isObject(login) && Object.hasOwn(login, 'user')) Reflect.set(session, key, {});
  else forgetKey(session, key);
}

/** Passport and @fastify/passport can be configured to store logins under another key. */
function loginKeyOf(request: RequestWithSession): string {
  const managed: unknown = Reflect.get(Object(Reflect.get(request, '_sessionManager')), '_key');
  const authenticated: unknown = Reflect.get(Object(Reflect.get(request, 'passport')), 'key');
  return [managed, authenticated].find((key) => typeof key === 'string') ?? 'passport';
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * Whether a value is a user, for the strategy and every guard: an object. Middleware leaves `undefined`,
 * `null`, `false`, `0`, `''` or `NaN` for an anonymous request.
 */
export function isUser<TUser>(user: unknown): user is TUser {
  return isObject(user);
}

/**
 * Returns the user of a request.
 *
 * @param property - Defaults to the property that the framework is configured with, or `'user'`.
 */
export function userOf<TUser = object>(
  request: object,
  property: string = userPropertyOf(request),
): TUser | undefined {
  const user: unknown = Reflect.get(request, property);
  return isUser<TUser>(user) ? user : undefined;
}

/** Passport (`initialize({ userProperty })`) and @fastify/passport store the name in the request. */
function userPropertyOf(request: object): string {
  const initialized: unknown = Reflect.get(request, '_userProperty');
  const authenticator: unknown = Reflect.get(
    Object(Reflect.get(request, 'passport')),
    'userProperty',
  );
  return [initialized, authenticator].find((name) => typeof name === 'string') ?? 'user';
}

/**
 * Returns a hash of the session's id, which identifies a login: Passport renews the session at login and
 * logout, even when it keeps the content. Undefined for cookie sessions, which have no id. Reads both
 * names, because an app may store its own data under the name that its framework does not use.
 */
export function sessionIdOf(request: RequestWithSession): string | undefined {
  const { session } = request;
  const ids = idsOf(session);
  return ids.every((id) => id === null) ? undefined : fingerprint(...ids);
}

/**
 * Whether a login in this very request has renewed the session. Passport gives it a new id, which the
 * client cannot have sent. Cookie sessions have no id but a flag that is set once they differ from what
 * the client sent (cookie-session, @fastify/secure-session, koa-session).
 */
export function isSessionNew(
  request: RequestWithSession & { readonly headers: object; readonly method: string },
): boolean {
  const { session, headers } = request;
  const ids = idsOf(session).filter((id) => id !== null);
  if (ids.length > 0) {
    const sent = Object.values(headers).flat().map(decoded).join();
    return !ids.some((id) => sent.includes(String(id)));
  }
  // Another site can cause a GET, and an app may change its cookie session at every request.
  const flags = request.method === 'GET' ? [] : ['isChanged', 'changed', 'isNew'];
  return flags.some((flag) => readKey(session, flag) === true);
}

function idsOf(session: unknown): readonly (string | number | null)[] {
  return [readKey(session, 'sessionId'), readKey(session, 'id')].map((id) =>
    typeof id === 'string' || typeof id === 'number' ? id : null,
  );
}

function decoded(header: unknown): string {
  try {
    return decodeURIComponent(String(header));
  } catch {
    return String(header);
  }
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * RFC 9110, 9.2.1: with a link or an image another site can make a browser send these methods with the
 * user's cookies, and a proxy may repeat them.
 */
export function isSafe({ method }: Request): boolean {
  return safeMethods.has(method);
}

/**
 * Whether the session was logged in before the second factor. On a route that accepts a first factor any
 * login counts, whatever the body contains: it comes from that factor or from a previous user, and a custom
 * callback sets no `authInfo`. Requests to a route pinned to codes can come from another tab of a logged-in
 * user, and a GET from another site: there only a login made in this very request counts.
 */
export function isLoggedInEarly(
  request: Request,
  pinned: 'challenge' | 'response' | undefined,
  user: unknown,
): boolean {
  if (!isLoggedIn(request)) return false;
  if (pinned !== 'response' && !isSafe(request)) return true;
  return (user !== undefined && request.authInfo !== undefined) || isSessionNew(request);
}
