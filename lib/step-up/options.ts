// The options of hasSecondFactor and requireSecondFactor, and their schemas.
import type { Request } from 'express';
import { z } from 'zod';
import { type UserId, userIdSchema } from '../challenge/challenge.js';
import { localeSchema } from '../message/translations.js';
import { answeringAtOnce, nonEmptyString, positive } from '../options/parse.js';
import type { TwoFactorOptions } from '../strategy/options.js';
import { sameSitePath } from './return-path.js';

/** Options of `hasSecondFactor`: which recorded second factor is sufficient, and for which user. */
export interface SecondFactorOptions<TUser = Express.User> {
  /**
   * Maximum age of the second factor in seconds, counted from the verification of the code.
   * @default no limit: any second factor of this login is sufficient
   */
  maxAge?: number | undefined;
  /**
   * Returns the user's id. Must be the same function as the strategy's option `userId`.
   * @default (user) => user.id
   */
  userId?: ((user: TUser) => UserId) | undefined;
  /**
   * The set of users that the id belongs to. Must equal the strategy's option `realm`.
   * @default 'users'
   */
  realm?: string | undefined;
  /**
   * Property of the request that holds the user. Set it only if neither Passport nor `@fastify/passport` sets
   * the user.
   * @default the `userProperty` of Passport or `@fastify/passport`, or else 'user'
   * @example 'auth' // express-jwt
   */
  userProperty?: string | undefined;
}

/** Options of `requireSecondFactor`. */
export interface RequireSecondFactorOptions<TUser = Express.User>
  extends SecondFactorOptions<TUser> {
  /**
   * Returns the time of the second factor from a token, for apps without sessions. The token's signature
   * must have been checked, and it must belong to the user of this request. Put `info.verifiedAt` and
   * `info.amr` into the token after a success, but not if `info.transaction` is set: such a code approved
   * that transaction and nothing else.
   *
   * Return a Date, an ISO 8601 string with a time zone, or seconds since the epoch, like OpenID Connect's
   * `auth_time`. Refused as `second_factor_required`: null, undefined, an empty string, an invalid date,
   * NaN, 1 January 1970 and earlier, and more than a minute in the future. Any other value is the error
   * `option_invalid`, including milliseconds and promises.
   * @default none: the time is read from the session
   * @example ({ user }) => user.auth_time
   */
  verifiedAt?: ((request: Request) => Date | string | number | null | undefined) | undefined;
  /**
   * Language of the refusal's message: a tag, or a function of the request that returns one.
   * @default 'en'
   */
  locale?: TwoFactorOptions<TUser>['locale'];
  /**
   * Path of the page that asks for a code, on this site; or a function of the request that returns it, for
   * users without a number, who have to prove one first. A GET stores its own path in the session for
   * `takeReturnPath`. Any other result of the function is the error `option_invalid`.
   * @default none: the request is refused with 401, which suits an API
   * @example (req) => (req.user?.mobile ? '/confirm' : '/phone')
   */
  redirectTo?: string | ((request: Request) => string) | undefined;
}

const pathSchema = z.string().refine((path) => sameSitePath(path, '') !== '', {
  error: 'must be a path on this site, like "/confirm"',
});

export const secondFactorSchema = z.strictObject({
  maxAge: positive('seconds').optional(),
  userId: userIdSchema(),
  realm: nonEmptyString.default('users'),
  userProperty: nonEmptyString.optional(),
});

export const requireSecondFactorSchema = secondFactorSchema.extend({
  locale: localeSchema,
  verifiedAt: answeringAtOnce<Request, unknown>(
    'verifiedAt',
    'a function of the request that returns a Date, an ISO string or seconds',
  ).optional(),
  redirectTo: z
    .union([pathSchema, answeringAtOnce<Request, unknown>('redirectTo', '')], {
      error: 'must be a path on this site, like "/confirm", or a function that returns one',
    })
    .optional(),
});

/** What a function for `redirectTo` returned. */
export const redirectSchema = z.strictObject({ redirectTo: pathSchema });
