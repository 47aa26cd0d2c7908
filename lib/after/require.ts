import type { Request, RequestHandler } from 'express';
import type { z } from 'zod';
import type { Refusal } from '../outcome.js';
import { parseOptions } from '../parse.js';
import { TwoFactorRefusal } from '../refusal.js';
import { Words } from '../words/words.js';
import { isFresh } from './fresh.js';
import { type guardSchema, type RequireSecondFactorOptions, requireSchema } from './options.js';
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
 * @throws {SetupError} `option_invalid` where it is made.
 */
export function requireSecondFactor<TUser = Express.User>(
  options: RequireSecondFactorOptions<TUser> = {},
): RequestHandler {
  const checked = parseOptions(requireSchema, options);
  const { redirectTo } = checked;
  return (request, response, next) => {
    if (isFresh(request, checked)) {
      next();
      return;
    }
    if (request.user && redirectTo !== undefined) {
      leaveReturnPath(request);
      response.redirect(303, redirectTo);
      return;
    }
    next(refusalFor(request, checked));
  };
}

const words = new Words();

/** Why this request may not go on. */
export function refusalFor(
  request: Request,
  { maxAge, locale }: Pick<z.output<typeof guardSchema>, 'maxAge' | 'locale'>,
): TwoFactorRefusal {
  const age = maxAge === undefined ? {} : { maxAge };
  const refusal: Refusal = request.user
    ? { code: 'second_factor_required', ...age }
    : { code: 'first_factor_required' };
  const spoken = typeof locale === 'function' ? locale(request) : locale;
  return new TwoFactorRefusal(words.tell(refusal, spoken));
}
