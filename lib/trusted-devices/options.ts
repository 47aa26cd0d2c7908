// The options of trustedDevices, and their schema.
import { z } from 'zod';
import { type IdOf, type UserId, userIdSchema } from '../challenge/challenge.js';
import type { LimiterFactory } from '../limits/limiter.js';
import { answeringAtOnce, nonEmptyString, positive } from '../options/parse.js';
import { limiterSchema, storageProblems, storeSchema } from '../storage/configured-storage.js';
import type { Store } from '../storage/storage.js';

const day = 86_400;

/** Options of `trustedDevices`. */
export interface TrustedDeviceOptions<TUser = Express.User, TId extends UserId = IdOf<TUser>> {
  /**
   * Returns a value that changes with the user's password: a timestamp, a counter or the password's hash.
   * A change ends the trust in all of the user's devices. A missing value is the error `user_unusable`,
   * because a device would otherwise stay trusted after a password change.
   * @example (user) => user.passwordChangedAt
   */
  passwordVersion(user: TUser): string | number | Date;
  /**
   * Seconds for which a device stays trusted, counted from the verification of the code; logins do not
   * extend it. At most 90 days.
   * @default 2592000 (30 days)
   */
  maxAge?: number | undefined;
  /**
   * Attributes of the cookie that holds the device's token. It is always `HttpOnly` and
   * `SameSite=Strict`, and never has a `Domain`.
   */
  cookie?: DeviceCookieOptions | undefined;
  /**
   * Returns the user's id. Must be the same function as the strategy's option `userId`.
   * @default (user) => user.id
   */
  userId?(user: TUser): TId;
  /**
   * The set of users that the id belongs to. Must equal the strategy's option `realm`.
   * @default 'users'
   */
  realm?: string | undefined;
  /**
   * Stores the devices: Keyv, or anything with its `get`, `set` and `delete`. Requires `limiter`.
   * @default the memory of this process: no device is trusted after a restart
   */
  store?: Store | undefined;
  /**
   * Creates the rate-limiter-flexible limiter that counts the uses of a token. Requires `store`.
   * @default the memory of this process
   */
  limiter?: LimiterFactory | undefined;
}

/** The attributes of the device cookie that an app can set. */
export interface DeviceCookieOptions {
  /**
   * Name of the cookie. Only this exact host can set a cookie with the prefix `__Host-` (RFC 6265bis).
   * @default '__Host-second-factor-device'; with a `path` '__Secure-second-factor-device', without
   * `secure` 'second-factor-device'
   */
  name?: string | undefined;
  /**
   * Sends the cookie over https only. Turn it off only for development over http.
   * @default true
   */
  secure?: boolean | undefined;
  /**
   * Sends the cookie only to paths below this one, which must include the routes of the login.
   * @default '/'
   */
  path?: string | undefined;
}

const cookieSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]+$/, {
        error: "must be a token as in RFC 6265: letters, digits and !#$%&'*+-.^_`|~",
      })
      .optional(),
    secure: z.boolean().default(true),
    path: z
      .string()
      .regex(/^\/[\x21-\x3a\x3c-\x7e]*$/, { error: 'must be a path like "/login"' })
      .default('/'),
  })
  .transform(({ secure, path, name = defaultName(secure, path) }) => ({ name, secure, path }))
  .superRefine(({ name, secure, path }, context) => {
    if (/^__(host|secure)-/i.test(name) && !secure) {
      context.addIssue('has a name that browsers accept only with "secure"');
    }
    if (/^__host-/i.test(name) && path !== '/') {
      context.addIssue('has a name that browsers accept only with the path "/"');
    }
  });

export function trustedDeviceSchema<TUser>() {
  return z
    .strictObject({
      passwordVersion: answeringAtOnce<TUser, unknown>(
        'passwordVersion',
        'a function that returns a value that changes with the password: (user) => user.passwordChangedAt',
      ),
      maxAge: positive('seconds')
        .max(90 * day, { error: 'must be at most 90 days (7776000 seconds)' })
        .default(30 * day),
      cookie: cookieSchema.prefault({}),
      userId: userIdSchema<TUser>(),
      realm: nonEmptyString.default('users'),
      store: storeSchema,
      limiter: limiterSchema,
    })
    .superRefine((options, context) => {
      for (const problem of storageProblems(options)) context.addIssue(problem);
    });
}

function defaultName(secure: boolean, path: string): string {
  const prefix = path === '/' ? '__Host-' : '__Secure-';
  return `${secure ? prefix : ''}second-factor-device`;
}
