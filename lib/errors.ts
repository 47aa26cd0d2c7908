import { types } from 'node:util';
import { holds, scrub } from './redact.js';

/** Every fault has one of these codes; they are stable, messages are not. */
export type TwoFactorErrorCode =
  | 'option_invalid'
  | 'route_option_invalid'
  | 'session_missing'
  | 'body_missing'
  | 'first_factor_logged_in'
  | 'user_not_loaded'
  | 'user_unusable'
  | 'info_unknown'
  | 'store_failed'
  | 'store_record_unreadable'
  | 'limiter_failed'
  | 'provider_unavailable'
  | 'provider_throttled'
  | 'provider_outcome_unknown'
  | 'provider_credentials_refused'
  | 'provider_reply_undocumented'
  | 'verify_failed'
  | 'verify_timed_out';

/** What an error is built from. */
export interface TwoFactorErrorDetails {
  /** What went wrong, and what would put it right: it becomes the message. */
  readonly problem: string;
  readonly hint: string;
  /** The error underneath, already free of credentials. */
  readonly cause?: unknown;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number | undefined;
  /** The provider's own id of the request, to quote to its support desk. */
  readonly requestId?: string | undefined;
}

/**
 * What broke, as against what the user did wrong (that is a refusal, never an error).
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
  /** What would put it right. */
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

/** The app is put together in a way that cannot work. Found at construction or at the first request. */
export class ConfigurationError extends TwoFactorError<
  | 'option_invalid'
  | 'route_option_invalid'
  | 'session_missing'
  | 'body_missing'
  | 'first_factor_logged_in'
  | 'user_not_loaded'
  | 'user_unusable'
  | 'info_unknown'
> {
  constructor(code: ConfigurationError['code'], details: TwoFactorErrorDetails) {
    super(code, 500, details);
  }
}

/** The store or the limiter is down, or gave back what we did not write. The login fails closed. */
export class StoreError extends TwoFactorError<
  'store_failed' | 'store_record_unreadable' | 'limiter_failed'
> {
  constructor(code: StoreError['code'], details: TwoFactorErrorDetails) {
    super(code, 500, details);
  }
}

/** The provider could not be reached: the request provably never left, nothing was sent or checked. */
export class ProviderUnavailableError extends TwoFactorError<'provider_unavailable'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_unavailable', 503, details);
  }
}

/** The provider has had too many requests from the app, and did not look at this one. */
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

/** The provider refuses the app's own credentials: the operator's matter, never the user's 401. */
export class ProviderCredentialsError extends TwoFactorError<'provider_credentials_refused'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_credentials_refused', 500, details);
  }
}

/** The provider answered something that its API document does not know. Never taken for a yes. */
export class ProviderReplyError extends TwoFactorError<'provider_reply_undocumented'> {
  constructor(details: TwoFactorErrorDetails) {
    super('provider_reply_undocumented', 502, details);
  }
}

/** The app's verify callback never settled, or failed with something that is not an Error. */
export class VerifyError extends TwoFactorError<'verify_failed' | 'verify_timed_out'> {
  constructor(code: VerifyError['code'], details: TwoFactorErrorDetails) {
    super(code, 500, details);
  }
}

const codes: Readonly<Record<TwoFactorErrorCode, true>> = {
  option_invalid: true,
  route_option_invalid: true,
  session_missing: true,
  body_missing: true,
  first_factor_logged_in: true,
  user_not_loaded: true,
  user_unusable: true,
  info_unknown: true,
  store_failed: true,
  store_record_unreadable: true,
  limiter_failed: true,
  provider_unavailable: true,
  provider_throttled: true,
  provider_outcome_unknown: true,
  provider_credentials_refused: true,
  provider_reply_undocumented: true,
  verify_failed: true,
  verify_timed_out: true,
};

/** True for a fault of ours, also when it comes from another copy of this package. */
export function isTwoFactorError(error: unknown): error is TwoFactorError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(codes, error.code) &&
    // Somebody else may call an error so, and would be answered with its status and headers.
    'expose' in error &&
    error.expose === false &&
    'status' in error &&
    Number(error.status) >= 500 &&
    'headers' in error &&
    typeof error.headers === 'object'
  );
}

/**
 * Whatever was thrown, as an Error. `next(undefined)` would let a request pass, and Express reads
 * `next('route')` as 'skip the rest of this route': neither must ever come from a failure.
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
 * Not `instanceof`: under Jest an error of Node's own is no instance of the Error that is here. Nor only
 * native errors: a DOMException and the SqliteError of better-sqlite3 are none.
 */
function isError(thrown: unknown): thrown is Error {
  if (types.isNativeError(thrown)) return true;
  const has = (name: string) => typeof Reflect.get(Object(thrown), name) === 'string';
  return typeof thrown === 'object' && has('name') && has('message') && has('stack');
}

/**
 * Name, code and scrubbed message of an error of another library, and nothing more: clients attach to
 * their errors what holds credentials (got's request) or telephone numbers (ioredis's command), and
 * others put them into the message (Knex's SQL with its values, nock's request).
 *
 * @param secrets - what was sent: none of it stays in the message
 */
export function plainCause(thrown: unknown, secrets: Iterable<string> = []): Error {
  const error = typeof thrown === 'string' ? new Error(thrown) : asError(thrown);
  const plain = new Error(reasonOf(error, [...secrets]));
  Object.defineProperty(plain, 'name', { value: scrub(error.name, secrets) });
  const code: unknown = Reflect.get(error, 'code');
  return isCode(code, secrets) ? Object.assign(plain, { code }) : plain;
}

/** Errors that only wrap others say nothing: happy eyeballs' AggregateError, fetch's 'fetch failed'. */
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
    typeof code === 'string' && /^(?!.*\d{6})[\w.-]{1,64}$/.test(code) && !holds(code, secrets)
  );
}

/**
 * Ends a switch over a closed union. The compiler proves that nothing is left; should untyped code
 * get here all the same, it stops instead of falling through to a login.
 */
export function unreachable(value: never): never {
  throw new TypeError(`Not one of the known cases: ${String(value)}`);
}
