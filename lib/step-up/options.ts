import type { Request } from 'express';
import { z } from 'zod';
import type { UserId } from '../challenge/challenge.js';
import {
  answeringAtOnce,
  localeSchema,
  nameSchema,
  positive,
  userIdSchema,
} from '../options/parse.js';
import type { TwoFactorOptions } from '../strategy/options.js';
import { sameSitePath } from './return-path.js';

/** What counts as a second factor that is done, in a session. */
export interface SecondFactorOptions<TUser = Express.User> {
  /**
   * Seconds since the code was proved right. Without it any time in this login will do.
   * @default no limit
   */
  maxAge?: number | undefined;
  /**
   * What names the user: the same as the strategy's option.
   * @default (user) => user.id
   */
  userId?: ((user: TUser) => UserId) | undefined;
  /**
   * Whose users these are: the same as the strategy's option.
   * @default 'users'
   */
  realm?: string | undefined;
  /**
   * The key of the request that holds the user, where that is neither Passport's own nor the
   * `userProperty` of `passport.initialize` or of @fastify/passport.
   * @default what Passport or @fastify/passport was given, or 'user'
   * @example 'auth' // express-jwt
   */
  userProperty?: string | undefined;
}

/** The same for a route, whose user may be sent on. */
export interface RequireSecondFactorOptions<TUser = Express.User>
  extends SecondFactorOptions<TUser> {
  /**
   * Where there is no session: when the code was proved right, from a token whose signature has been
   * checked and whose user is this request's. `info.verifiedAt` is what to put into it, beside `info.amr`,
   * unless `info.transaction` is there: such a code approved a transaction and nothing else.
   *
   * A Date, an ISO 8601 string with its time zone, or seconds since the epoch (as `auth_time` has it).
   * Refused like a code that is too old: null, undefined, an empty string, an invalid date, NaN, 1970 and
   * before, more than a minute in the future. Anything else is the error `option_invalid`, milliseconds
   * and promises included.
   * @example ({ user }) => user.auth_time
   */
  verifiedAt?: ((request: Request) => Date | string | number | null | undefined) | undefined;
  /**
   * The language of the refusal, as the strategy's option.
   * @default 'en'
   */
  locale?: TwoFactorOptions<TUser>['locale'];
  /**
   * The page that asks for a code. Without it the answer is a 401, as APIs want it.
   * @default none
   */
  redirectTo?: string | undefined;
}

export const secondFactorSchema = z.strictObject({
  maxAge: positive('seconds').optional(),
  userId: userIdSchema(),
  realm: nameSchema.default('users'),
  userProperty: nameSchema.optional(),
});

export const requireSecondFactorSchema = secondFactorSchema.extend({
  locale: localeSchema,
  verifiedAt: answeringAtOnce<Request, unknown>(
    'verifiedAt',
    'a function of the request that gives a Date, an ISO string or seconds',
  ).optional(),
  redirectTo: z
    .string({ error: 'must be a path like "/confirm"' })
    .refine((path) => sameSitePath(path, '') !== '', {
      error: 'must be a path of this site, like "/confirm"',
    })
    .optional(),
});
