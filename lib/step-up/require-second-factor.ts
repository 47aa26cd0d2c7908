import type { Request, RequestHandler } from 'express';
import type { z } from 'zod';
import { asError } from '../errors.js';
import { Words } from '../message/translations.js';
import { parseOptions } from '../options/parse.js';
import type { Refusal } from '../outcome.js';
import { TwoFactorRefusal } from '../refusal.js';
import { missingFactor } from './has-second-factor.js';
import { type RequireSecondFactorOptions, requireSecondFactorSchema } from './options.js';
import { leaveReturnPath } from './return-path.js';

/**
 * Guards a route of a logged-in user: goes on when this user has proved the second factor in this login,
 * and lately enough. Otherwise `next` gets a `TwoFactorRefusal` `second_factor_required`, 401 with the
 * `WWW-Authenticate` of RFC 9470; or, with `redirectTo`, the browser goes to the page that asks for a
 * code, and a GET leaves its path in `session.returnTo`, where Passport's `successReturnToOrRedirect` and
 * {@link takeReturnPath} find it.
 *
 * @example
 * app.post('/payments', requireSecondFactor({ maxAge: 300 }), pay);
 *
 * `next` gets a `ConfigurationError` where no user could ever pass: `user_unusable` for a user without an id or
 * with one of another type than at the strategy, `session_missing` without a session and without
 * `verifiedAt`, `option_invalid` for a `verifiedAt` that gives no time or a `realm` that is not the
 * strategy's. After a step-up that was verified and not noted the answer is the usual one, with a
 * warning to the operator: see {@link recordSecondFactor}.
 *
 * @throws {ConfigurationError} `option_invalid` where it is made.
 */
export function requireSecondFactor<TUser = Express.User>(
  options: RequireSecondFactorOptions<TUser> = {},
): RequestHandler {
  const checked = parseOptions(requireSecondFactorSchema, options);
  const { redirectTo } = checked;
  const refusalOf = (request: Request): TwoFactorRefusal | undefined => {
    const missing = missingFactor(request, checked);
    return missing && refusalFor(missing, request, checked);
  };
  return (request, response, next) => {
    let refusal: TwoFactorRefusal | undefined;
    try {
      refusal = refusalOf(request);
    } catch (fault) {
      next(asError(fault));
      return;
    }
    if (refusal?.code !== 'second_factor_required' || redirectTo === undefined) {
      next(refusal);
      return;
    }
    leaveReturnPath(request)
      .then(() => {
        if (!response.headersSent) response.redirect(303, redirectTo);
      })
      .catch((fault) => next(asError(fault)));
  };
}

const words = new Words();

/** Why this request may not go on. */
export function refusalFor(
  missing: 'first' | 'second',
  request: Request,
  { maxAge, locale }: Pick<z.output<typeof requireSecondFactorSchema>, 'maxAge' | 'locale'>,
): TwoFactorRefusal {
  const age = maxAge === undefined ? {} : { maxAge };
  const refusal: Refusal =
    missing === 'first'
      ? { code: 'first_factor_required' }
      : { code: 'second_factor_required', ...age };
  const spoken = typeof locale === 'function' ? locale(request) : locale;
  return new TwoFactorRefusal(words.tell(refusal, spoken));
}
