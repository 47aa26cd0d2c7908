import { types } from 'node:util';
import { containsSecret, scrub } from './redact.js';

/** Every code of an error. Codes are stable, messages are not. */
const codes = {
  /**
   * An option is missing, misspelt or out of range: correct the one that the message names. Thrown at
   * construction.
   */
  option_invalid: true,
  /** The same for an option of a route, found at its first request. */
  route_option_invalid: true,
  /** No session middleware runs before this route: mount it, or use `state: 'client'`. */
  session_missing: true,
  /** No body parser runs before this route: mount it. A Buffer, a string and a FormData have no fields. */
  body_missing: true,
  /**
   * The first factor logged the session in, which would have made it a complete login: set
   * `{ session: false }` on it. Or the session was logged in already: log out first.
   */
  first_factor_logged_in: true,
  /**
   * The user of the session was not loaded, or a second factor was recorded without a login: mount
   * `passport.session()` before a step-up, and call `recordSecondFactor` with a factor of your own after
   * `req.logIn`.
   */
  user_not_loaded: true,
  /**
   * The user has no id, an id of another type, or no `userVersion`; or a second factor is another user's. Set
   * `userId`, with the same type at the first factor, in `verify`, in the guards and in `recordSecondFactor`;
   * return a `userVersion` for every user; record only the factor of the user who is logged in.
   */
  user_unusable: true,
  /**
   * The info is not one that a strategy passed to `success`: pass `recordSecondFactor` and `trust` the
   * `req.authInfo` of a success, not a copy; for a factor of your own pass `recordSecondFactor`
   * `{ user, amr }`.
   */
  info_unknown: true,
  /**
   * The HTTP client of the providers (got) could not be loaded, so nothing was sent: run Jest with
   * `node --experimental-vm-modules`, or reinstall the dependencies.
   */
  http_client_missing: true,
  /** The store threw, or did not settle in time: see `err.cause`. Nothing is sent or checked meanwhile. */
  store_failed: true,
  /**
   * The store returned a record that this library did not write: give it a database or a
   * prefix of its own. Of recovery codes: make new ones.
   */
  store_record_unreadable: true,
  /**
   * The limiter threw, did not settle in time, or does not count: see `err.cause`. Nothing is sent or checked
   * meanwhile.
   */
  limiter_failed: true,
  /**
   * The database has no table for challenges and counters: create it with the statements of
   * `npx passport-modica-2fa sql`.
   */
  table_missing: true,
  /** That table is of another version, or its keys ignore case: create it anew, as the message says. */
  table_outdated: true,
  /** The request never left, so nothing was sent or checked: check DNS, proxy, firewall and `baseUrl`. */
  provider_unavailable: true,
  /** The provider's rate limit is exceeded; it did not process the request. Try again later. */
  provider_throttled: true,
  /**
   * The provider may have acted, but its answer was lost. The request is not repeated; the user may request a
   * resend.
   */
  provider_outcome_unknown: true,
  /** The provider refused the app's credentials: check them, and whether the account is provisioned for 2FA. */
  provider_credentials_refused: true,
  /** The provider's answer is not one that its API documents: quote `err.requestId` to its support. */
  provider_reply_undocumented: true,
  /**
   * The verify callback failed with something that is not an Error, or returned no object: fail with an
   * Error, return a user.
   */
  verify_failed: true,
  /** The verify callback, or another callback of the app, did not settle within `verifyTimeout`. */
  verify_timed_out: true,
} as const;

export type TwoFactorErrorCode = keyof typeof codes;

/** The parts of an error. */
export interface TwoFactorErrorDetails {
  /** The first half of the message: what went wrong. */
  readonly problem: string;
  /** The second half: how to fix it. */
  readonly hint: string;
  /** The error underneath, already free of credentials. */
  readonly cause?: unknown;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number | undefined;
  /** The provider's own id of the request, to quote to its support desk. */
  readonly requestId?: string | undefined;
}

/**
 * Base class for faults. A user's mistake is a `TwoFactorRefusal`, never one of these.
 *
 * The shape is that of the `http-errors` package, which Express, Koa, Fastify and Nest understand:
 * `status`, `statusCode`, `expose` and `headers`. `expose` is false: the message is for operators.
 */
export abstract class TwoFactorError<
  Code extends TwoFactorErrorCode = TwoFactorErrorCode,
> extends Error {
  readonly code: Code;
  readonly status: number;
  readonly statusCode: number;
  readonly expose = false;
  readonly headers: Readonly<Record<string, string>>;
  /** How to fix it. */
  readonly hint: string;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter: number | undefined;
  /** The provider's own id of the request, to quote to its support desk. */
  readonly requestId: string | undefined;

  protected constructor(code: Code, status: number, details: TwoFactorErrorDetails) {
    const { problem, hint, cause, retryAfter, requestId } = details;
    super(`${problem} ${hint}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.statusCode = status;
    this.hint = hint;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
    this.headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  }
}

/** The app is configured in a way that cannot work. Thrown at construction or at the first request. */
export class ConfigurationError extends TwoFactorError<
  | 'option_invalid'
  | 'route_option_invalid'
  | 'session_missing'
  | 'body_missing'
  | 'first_factor_logged_in'
  | 'user_not_loaded'
  | 'user_unusable'
  | 'info_unknown'
  | 'http_client_missing'
> {
  constructor(code: ConfigurationError['code'], details: TwoFactorErrorDetails) {
    super(code, 500, details);
  }
}

/** The store or the limiter is down, or returned data that is not this library's. The login fails closed. */
export class StoreError extends TwoFactorError<
  'store_failed' | 'store_record_unreadable' | 'limiter_failed' | 'table_missing' | 'table_outdated'
> {
  constructor(code: StoreError['code'], details: TwoFactorErrorDetails) {
    super(code, 500, details);
  }
}

/** The provider could not be reached. The request provably never left, so nothing was sent or checked. */
export class ProviderUnavailableError extends TwoFactorError<'provider_unavailable'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_unavailable', 503, details);
  }
}

/** The provider received too many requests from the app, and did not process this one. */
export class ProviderThrottledError extends TwoFactorError<'provider_throttled'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_throttled', 503, details);
  }
}

/** The provider may have acted, but its answer was lost, late or a 5xx. The request is never repeated. */
export class ProviderOutcomeUnknownError extends TwoFactorError<'provider_outcome_unknown'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_outcome_unknown', 504, details);
  }
}

/** The provider refused the app's own credentials. A matter for the operator, never a 401 for the user. */
export class ProviderCredentialsError extends TwoFactorError<'provider_credentials_refused'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_credentials_refused', 500, details);
  }
}

/** The provider's answer is not one that its API documents. It never counts as success. */
export class ProviderReplyError extends TwoFactorError<'provider_reply_undocumented'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_reply_undocumented', 502, details);
  }
}

/** A callback of the app did not settle, or failed with something that is not an Error. */
export class VerifyError extends TwoFactorError<'verify_failed' | 'verify_timed_out'> {
  constructor(code: VerifyError['code'], details: TwoFactorErrorDetails) {
    super(code, 500, details);
  }
}

/** Whether this is one of this library's errors, also from another copy of the package. */
export function isTwoFactorError(error: unknown): error is TwoFactorError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(codes, error.code) &&
    // Another library's error may have such a code, and must not decide status and headers.
    'expose' in error &&
    error.expose === false &&
    'status' in error &&
    Number(error.status) >= 500 &&
    'headers' in error &&
    typeof error.headers === 'object'
  );
}

/**
 * Turns anything that was thrown into an Error. `next(undefined)` lets a request pass, and Express reads
 * `next('route')` as 'skip the rest of this route': a failure must never cause either.
 */
export function asError(thrown: unknown): Error {
  if (isError(thrown)) return thrown;
  return new VerifyError('verify_failed', {
    problem: 'A callback of the app failed with something that is not an Error.',
    hint: 'Throw, reject or call done with an Error.',
    cause: thrown,
  });
}

/**
 * Without `instanceof`: under Jest, Node's own errors are instances of another realm's Error. Accepts more
 * than native errors: a DOMException and better-sqlite3's SqliteError are not native.
 */
function isError(thrown: unknown): thrown is Error {
  if (types.isNativeError(thrown)) return true;
  const has = (name: string) => typeof Reflect.get(Object(thrown), name) === 'string';
  return typeof thrown === 'object' && has('name') && has('message') && has('stack');
}

/**
 * Copies the name, the code and the redacted message of another library's error, and nothing else. Clients
 * attach credentials (got's request) or phone numbers (ioredis's command) to their errors, and others put
 * them into the message (Knex's SQL with its values, nock's request).
 *
 * @param secrets - Values that were sent; none of them stays in the message.
 */
export function plainCause(thrown: unknown, secrets: Iterable<string> = []): Error {
  const error = typeof thrown === 'string' ? new Error(thrown) : asError(thrown);
  const plain = new Error(reasonOf(error, [...secrets]));
  Object.defineProperty(plain, 'name', { value: scrub(error.name, secrets) });
  const code: unknown = Reflect.get(error, 'code');
  return isCode(code, secrets) ? Object.assign(plain, { code }) : plain;
}

/** Adds the reasons of errors that only wrap others: happy eyeballs' AggregateError, fetch's 'fetch failed'. */
function reasonOf(error: Error, secrets: readonly string[], above: readonly Error[] = []): string {
  const own = scrub(error.message, secrets);
  const path = [...above, error];
  const wrapped: unknown = Reflect.get(error, 'errors');
  const beneath = [Array.isArray(wrapped) ? wrapped : error.cause]
    .flat()
    .filter(isError)
    .filter((reason) => path.length < 4 && !path.includes(reason))
    .slice(0, 4)
    .map((reason) => reasonOf(reason, secrets, path))
    .filter((reason) => !own.includes(reason));
  return [own, [...new Set(beneath)].join('; ')].filter(Boolean).join(': ') || error.name;
}

/** 'ECONNREFUSED', '42P01', 11000. */
function isCode(code: unknown, secrets: Iterable<string>): code is string | number {
  if (typeof code === 'number') return code < 100_000;
  return (
    typeof code === 'string' &&
    /^(?!.*\d{6})[\w.-]{1,64}$/.test(code) &&
    !containsSecret(code, secrets)
  );
}
