import { isRefusalCode, type RefusalCode, type RefusalInfo, statusOf } from './outcome.js';

/**
 * A refusal as an error, for routes with Passport's own option `failWithError`: it keeps the code,
 * the status and the challenge that Passport's AuthenticationError drops. Its shape is that of
 * `http-errors`; `expose` is true, because everything in it is meant for the user.
 *
 * @example
 * app.use((err, req, res, next) => {
 *   if (!(err instanceof TwoFactorRefusal)) return next(err);
 *   res.status(err.status).set(err.headers).json(err);
 * });
 */
export class TwoFactorRefusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly statusCode: number;
  readonly expose = true;
  readonly headers: Readonly<Record<string, string>>;
  readonly info: RefusalInfo;

  constructor(info: RefusalInfo) {
    super(info.message);
    this.name = 'TwoFactorRefusal';
    this.code = info.code;
    this.status = statusOf(info);
    this.statusCode = this.status;
    this.info = info;
    this.headers = {
      ...(info.retryAfter === undefined ? {} : { 'Retry-After': String(info.retryAfter) }),
      // RFC 9110 §15.5.6: a 405 must name the methods that are allowed.
      ...(info.code === 'method_not_allowed' ? { Allow: 'POST' } : {}),
      // RFC 9110 §15.5.2: a 401 must carry a challenge.
      ...(this.status === 401 ? { 'WWW-Authenticate': challengeFor(info) } : {}),
    };
  }

  /** What a client may see. */
  toJSON(): RefusalInfo {
    return this.info;
  }
}

/**
 * No registered scheme is a code entered after a password. A private one says so without a side effect:
 * browsers ask for a password for Basic, Digest and Negotiate alone, and leave out what they do not know.
 * A code of the app's own, which may hold any character, stays out of the header.
 */
function challengeFor({ code, maxAge }: RefusalInfo): string {
  if (code === 'second_factor_required') return insufficient(maxAge);
  return isRefusalCode(code) ? `TwoFactor error="${code}"` : 'TwoFactor';
}

/** The challenge of RFC 9470, 3: a fresher authentication would do. */
function insufficient(maxAge: number | undefined): string {
  return [
    'Bearer error="insufficient_user_authentication"',
    'error_description="A fresh second factor is required"',
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
  ].join(', ');
}

/** True for the `info` of a refusal of ours, as a custom callback gets it. */
export function isRefusal(info: unknown): info is RefusalInfo {
  return (
    typeof info === 'object' &&
    info !== null &&
    'code' in info &&
    typeof info.code === 'string' &&
    isRefusalCode(info.code)
  );
}
