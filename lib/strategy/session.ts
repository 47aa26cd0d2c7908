import { fingerprint } from '../fingerprint.js';

/** The parts of a request that hold the state of its client. */
export interface CarryingRequest {
  session?: unknown;
  body?: unknown;
}

/**
 * One top-level key of a session. It is read plainly: the keys of @fastify/secure-session lie behind a
 * proxy that knows `get` and `set` alone, and are nobody's own.
 */
export function readKey(session: unknown, key: string): unknown {
  return isObject(session) ? Reflect.get(session, key) : undefined;
}

/** Assigned before it is deleted: behind that proxy there is nothing to delete. */
export function forgetKey(session: object, key: string): void {
  Reflect.set(session, key, undefined);
  Reflect.deleteProperty(session, key);
}

/**
 * Passport's own login, as the next request will find it: Passport and koa-passport keep
 * `{ user: … }`, which a logout empties; @fastify/passport keeps what the serializer gave.
 */
export function isLoggedIn(request: CarryingRequest): boolean {
  const login = readKey(request.session, loginKeyOf(request));
  const kept = isObject(login) ? Object.values(login) : [login];
  return kept.some((value) => value !== undefined && value !== null);
}

/**
 * Takes the login out again. What Passport left is emptied, as by its own logout, and not deleted:
 * koa-session does not save a new session that is empty again, and the login would stay.
 */
export function forgetLogin(request: CarryingRequest): void {
  const { session } = request;
  if (!isObject(session)) return;
  const key = loginKeyOf(request);
  const login = readKey(session, key);
  if (isObject(login) && Object.hasOwn(login, 'user')) Reflect.set(session, key, {});
  else forgetKey(session, key);
}

/** An app may have told Passport, or @fastify/passport, to keep its logins under another key. */
function loginKeyOf(request: CarryingRequest): string {
  const managed: unknown = Reflect.get(Object(Reflect.get(request, '_sessionManager')), '_key');
  const authenticated: unknown = Reflect.get(Object(Reflect.get(request, 'passport')), 'key');
  return [managed, authenticated].find((key) => typeof key === 'string') ?? 'passport';
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * Decides for every guard and for the strategy who counts as a user. `undefined`, `null`, `false`, `0`,
 * `''` and `NaN` are what middlewares leave for an anonymous request; a user is an object.
 */
export function isUser<TUser>(user: unknown): user is TUser {
  return isObject(user);
}

/**
 * The user of a request, where the framework keeps it.
 *
 * @param property - What the app named; otherwise what the framework was told, or 'user'.
 */
export function userOf<TUser = object>(
  request: object,
  property: string = userPropertyOf(request),
): TUser | undefined {
  const user: unknown = Reflect.get(request, property);
  return isUser<TUser>(user) ? user : undefined;
}

/** Passport (`initialize({ userProperty })`) and @fastify/passport leave the name on the request. */
function userPropertyOf(request: object): string {
  const initialized: unknown = Reflect.get(request, '_userProperty');
  const authenticator: unknown = Reflect.get(
    Object(Reflect.get(request, 'passport')),
    'userProperty',
  );
  return [initialized, authenticator].find((name) => typeof name === 'string') ?? 'user';
}

/**
 * Passport renews a session at login and at logout, also one whose content it keeps: the id is what tells
 * one login from the next. Sessions that are kept in cookies have none. Both names are read, because an
 * app may keep data of its own under the one that is another framework's.
 */
export function sessionIdOf(request: CarryingRequest): string | undefined {
  const { session } = request;
  const ids = idsOf(session);
  return ids.every((id) => id === null) ? undefined : fingerprint(...ids);
}

/**
 * Whether a login in this very request has renewed the session: Passport gives it a new id, which the
 * client cannot have sent. Sessions that are kept in a cookie have no id, and say by a flag of their own
 * that they differ from what the client sent (cookie-session, @fastify/secure-session, koa-session).
 */
export function isSessionNew(
  request: CarryingRequest & { readonly headers: object; readonly method: string },
): boolean {
  const { session, headers } = request;
  const ids = idsOf(session).filter((id) => id !== null);
  if (ids.length > 0) {
    const sent = Object.values(headers).flat().map(decoded).join();
    return !ids.some((id) => sent.includes(String(id)));
  }
  // A GET can be made by another site, and an app may change such a session at every request.
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
