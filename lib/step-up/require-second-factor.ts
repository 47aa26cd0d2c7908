import type { Request, RequestHandler } from 'express';
import type { z } from 'zod';
import { asError } from '../errors.js';
import { Translations } from '../message/translations.js';
import { parseOptions } from '../options/parse.js';
import type { Refusal } from '../refusal.js';
import { TwoFactorRefusal } from '../refusal-error.js';
import { missingFactor } from './has-second-factor.js';
import {
  type RequireSecondFactorOptions,
  redirectSchema,
  requireSecondFactorSchema,
} from './options.js';
import { leaveReturnPath } from './return-path.js';

/**
 * Creates Express middleware for a route that needs a fresh second factor. It calls `next()` if the user
 * has proved one in this login, recently enough for `maxAge`. Otherwise it calls `next` with a
 * `TwoFactorRefusal`:
 *
 * - `first_factor_required`, 401, without a logged-in user;
 * - `second_factor_required`, 401, with the `WWW-Authenticate` header of RFC 9470. With `redirectTo` it
 *   redirects the browser to that page instead. A GET stores its path in `session.returnTo`, which
 *   {@link takeReturnPath} and Passport's `successReturnToOrRedirect` read.
 *
 * Where no user could ever pass, `next` gets a `ConfigurationError`: `user_unusable` for a user without an
 * id, or with an id of another type than the strategy's; `session_missing` without a session and without
 * `verifiedAt`; `option_invalid` for a `realm` other than the strategy's and for a `verifiedAt` that
 * returned no time.
 *
 * @example
 * app.post('/payments', requireSecondFactor({ maxAge: 300 }), pay);
 *
 * @throws {ConfigurationError} `option_invalid`, when the middleware is created with a wrong option.
 */
export function requireSecondFactor<TUser = Express.User>(
  options: RequireSecondFactorOptions<TUser> = {},
): RequestHandler {
  const checked = parseOptions(requireSecondFactorSchema, options);
  const refusalOf = (request: Request): TwoFactorRefusal | undefined => {
    const missing = missingFactor(request, checked);
    return missing && refusalFor(missing, request, checked);
  };
  return (request, response, next) => {
    let refusal: TwoFactorRefusal | undefined;
    let redirectTo: string | undefined;
    try {
      refusal = refusalOf(request);
      if (refusal?.code === 'second_factor_required') redirectTo = redirectFor(request, checked);
    } catch (fault) {
      next(asError(fault));
      return;
    }
    if (redirectTo === undefined) {
      next(refusal);
      return;
    }
    const path = redirectTo;
    leaveReturnPath(request)
      .then(() => {
        if (!response.headersSent) response.redirect(303, path);
      })
      .catch((fault) => next(asError(fault)));
  };
}

/** @throws {ConfigurationError} `option_invalid` if the app's function returned no path on this site. */
function redirectFor(
  request: Request,
  { redirectTo }: Pick<z.output<typeof requireSecondFactorSchema>, 'redirectTo'>,
): string | undefined {
  if (typeof redirectTo !== 'function') return redirectTo;
  return parseOptions(redirectSchema, { redirectTo: redirectTo(request) }).redirectTo;
}

const builtIn = new Translations();

/** The refusal of a request that lacks a factor, in the user's language. */
export function refusalFor(
  missing: 'first' | 'second',
  request: Request,
  {
    maxAge,
    locale,
    translations = builtIn,
  }: Pick<z.output<typeof requireSecondFactorSchema>, 'maxAge' | 'locale'> & {
    readonly translations?: Translations | undefined;
  },
): TwoFactorRefusal {
  const age = maxAge === undefined ? {} : { maxAge };
  const refusal: Refusal =
    missing === 'first'
      ? { code: 'first_factor_required' }
      : { code: 'second_factor_required', ...age };
  return new TwoFactorRefusal(translations.translate(refusal, locale(request)));
}
