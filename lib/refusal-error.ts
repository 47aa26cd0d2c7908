import { isRefusalCode, type RefusalCode, type RefusalInfo, statusOf } from './refusal.js';

/**
 * A refusal as an error, for routes with Passport's option `failWithError`. Keeps the code, the status and
 * the challenge that Passport's AuthenticationError drops. Has the shape of `http-errors`; `expose` is
 * true, because its content is meant for the user.
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

  /** Returns what a client may see. */
  toJSON(): RefusalInfo {
    return this.info;
  }
}

/**
 * No registered authentication scheme fits a code after a password. A private one has no side effect:
 * browsers prompt for Basic, Digest and Negotiate only, and ignore unknown schemes. A code of the app's
 * own stays out of the header, because it may contain any character.
 */
function challengeFor({ code, maxAge }: RefusalInfo): string {
  if (code === 'second_factor_required') return insufficient(maxAge);
  return isRefusalCode(code) ? `TwoFactor error="${code}"` : 'TwoFactor';
}

/** RFC 9470, section 3: asks for a more recent authentication. */
function insufficient(maxAge: number | undefined): string {
  return [
    'Bearer error="insufficient_user_authentication"',
    'error_description="A fresh second factor is required"',
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
  ].join(', ');
}
