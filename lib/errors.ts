import { types } from 'node:util';
import { errorStatus, type TwoFactorErrorCode } from './error-codes.js';
import { containsSecret, scrub } from './redact.js';

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

  protected constructor(code: Code, details: TwoFactorErrorDetails) {
    const { problem, hint, cause, retryAfter, requestId } = details;
    super(`${problem} ${hint}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.status = errorStatus[code];
    this.statusCode = this.status;
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
    super(code, details);
  }
}

/** The store or the limiter is down, or returned data that is not this library's. The login fails closed. */
export class StoreError extends TwoFactorError<
  'store_failed' | 'store_record_unreadable' | 'limiter_failed' | 'table_missing' | 'table_outdated'
> {
  constructor(code: StoreError['code'], details: TwoFactorErrorDetails) {
    super(code, details);
  }
}

/** The provider could not be reached. The request provably never left, so nothing was sent or checked. */
export class ProviderUnavailableError extends TwoFactorError<'provider_unavailable'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_unavailable', details);
  }
}

/** The provider received too many requests from the app, and did not process this one. */
export class ProviderThrottledError extends TwoFactorError<'provider_throttled'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_throttled', details);
  }
}

/** The provider may have acted, but its answer was lost, late or a 5xx. The request is never repeated. */
export class ProviderOutcomeUnknownError extends TwoFactorError<'provider_outcome_unknown'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_outcome_unknown', details);
  }
}

/** The provider refused the app's own credentials. The operator has to act, so it is never a 401 for the user. */
export class ProviderCredentialsError extends TwoFactorError<'provider_credentials_refused'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_credentials_refused', details);
  }
}

/** The provider's answer is not one that its API documents. It never counts as success. */
export class ProviderReplyError extends TwoFactorError<'provider_reply_undocumented'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_reply_undocumented', details);
  }
}

/** A callback of the app did not settle, or failed with something that is not an Error. */
export class VerifyError extends TwoFactorError<'verify_failed' | 'verify_timed_out'> {
  constructor(code: VerifyError['code'], details: TwoFactorErrorDetails) {
    super(code, details);
  }
}

/** Whether this is one of this library's errors, also from another copy of the package. */
export function isTwoFactorError(error: unknown): error is TwoFactorError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(errorStatus, error.code) &&
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
