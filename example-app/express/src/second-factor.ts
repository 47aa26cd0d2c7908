import type { Request, RequestHandler } from 'express';
import { maskDestination, requireSecondFactor } from 'passport-modica-2fa';
import { z } from 'zod';
import { userOf } from './authentication.js';
import { freshFor } from './freshness.js';
import { languageOf } from './language.js';

/** The page on which a first number is proved, or a new one. */
export const phonePath = '/account/phone';

/** Whether the user of a request has no second factor yet. */
export function hasNoNumber(request: Request): boolean {
  return userOf(request).mobile === null;
}

/** The user's number as pages may show it; undefined without one. */
export function shownNumber(request: Request): string | undefined {
  const { mobile } = userOf(request);
  return mobile === null ? undefined : maskDestination(mobile);
}

const recoveredSchema = z.object({ recoveryCodesRemaining: z.number() });

/** After a login with a recovery code, whose user has probably lost the phone: how many are left. */
export function recoveryCodesLeft({ authInfo }: Request): number | undefined {
  return recoveredSchema.safeParse(authInfo).data?.recoveryCodesRemaining;
}

const options = { locale: languageOf };

/** For pages: leads to a code first, and users without a number to their number. */
export const confirmedRecently = requireSecondFactor({
  ...options,
  maxAge: freshFor,
  redirectTo: (request) => (hasNoNumber(request) ? phonePath : '/confirm'),
});

/** The same for JSON: a refusal, which says that the code must be recent. */
export const confirmedRecentlyInJson = requireSecondFactor({ ...options, maxAge: freshFor });

/** For what users without a number may do as well, who have nothing but their password. */
export const confirmedIfEnrolled = guardIf(hasNumber, confirmedRecently);
export const confirmedIfEnrolledInJson = guardIf(hasNumber, confirmedRecentlyInJson);

/**
 * For what no one may use without a number. Users with one have proved it, or logged in from a trusted device:
 * `deserializeUser` ends the sessions of before it.
 */
export const onlyEnrolled = guardIf(
  hasNoNumber,
  requireSecondFactor({ ...options, redirectTo: phonePath }),
);
export const onlyEnrolledInJson = guardIf(hasNoNumber, requireSecondFactor(options));

function hasNumber(request: Request): boolean {
  return !hasNoNumber(request);
}

/** Runs a guard only for some requests. */
function guardIf(applies: (request: Request) => boolean, guard: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (applies(request)) guard(request, response, next);
    else next();
  };
}

/** Without a number, users reach these, and nothing else where the app requires one. */
const wayToNumber =
  /^\/(account\/phone(\/code)?|language|api\/me(\/mobile)?|(api\/)?(login|logout))\/?$/;

/**
 * For an app that requires a second factor: users without a number can do nothing but prove one. One guard in
 * front of all routes, so that a new route cannot be forgotten.
 */
export const numberFirst: RequestHandler = (request, response, next) => {
  if (!request.isAuthenticated() || wayToNumber.test(request.path)) next();
  else if (request.path.startsWith('/api/')) onlyEnrolledInJson(request, response, next);
  else onlyEnrolled(request, response, next);
};
