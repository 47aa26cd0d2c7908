import { z } from 'zod';
import type { IdOf, UserId } from '../challenge/challenge.js';
import type { LimiterFactory } from '../limits/limiter.js';
import {
  answeringAtOnce,
  limiterSchema,
  nameSchema,
  positive,
  storeSchema,
  userIdSchema,
} from '../options/parse.js';
import { storageOf, storageProblems } from '../storage/configured-storage.js';
import type { Store } from '../storage/storage.js';

const day = 86_400;

/** What `trustedDevices` can be told. */
export interface TrustedDeviceOptions<TUser = Express.User, TId extends UserId = IdOf<TUser>> {
  /**
   * Something that changes whenever the user's password does: when that was, a count, or the password's
   * hash. All devices of the user end with it. A user of whom there is nothing is an error.
   * @example (user) => user.passwordChangedAt
   */
  passwordVersion(user: TUser): string | number | Date;
  /**
   * Seconds for which a device is trusted, counted from the code; use does not prolong it. At most 90
   * days.
   * @default 2592000 (30 days)
   */
  maxAge?: number | undefined;
  /** The cookie. It is always `HttpOnly` and `SameSite=Strict`, and has no `Domain`. */
  cookie?: DeviceCookieOptions | undefined;
  /**
   * What names the user: the same as the strategy's option.
   * @default (user) => user.id
   */
  userId?(user: TUser): TId;
  /**
   * Whose users these are: the same as the strategy's option.
   * @default 'users'
   */
  realm?: string | undefined;
  /**
   * Where devices are kept: anything Keyv-shaped. Needs `limiter` beside it, as for the strategy.
   * @default this process's memory: a restart forgets all devices
   */
  store?: Store | undefined;
  /**
   * Makes the rate-limiter-flexible limiter that sees to it that a token is used once. Needs `store`.
   * @default this process's memory
   */
  limiter?: LimiterFactory | undefined;
}

export interface DeviceCookieOptions {
  /**
   * @default '__Host-second-factor-device', which browsers take from this very host only; without
   * `secure` 'second-factor-device', with a `path` '__Secure-second-factor-device'
   */
  name?: string | undefined;
  /**
   * Only over https. Turn it off for development over http alone.
   * @default true
   */
  secure?: boolean | undefined;
  /**
   * Where the login's routes are.
   * @default '/'
   */
  path?: string | undefined;
}

const cookieSchema = z
  .strictObject({
    name: z
      .string({ error: 'must be a text' })
      .regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'must be a token, as RFC 6265 has it' })
      .optional(),
    secure: z.boolean({ error: 'must be true or false' }).default(true),
    path: z
      .string({ error: 'must be a text' })
      .regex(/^\/[\x21-\x3a\x3c-\x7e]*$/, { error: 'must be a path like "/login"' })
      .default('/'),
  })
  .transform(({ secure, path, name = defaultName(secure, path) }) => ({ name, secure, path }))
  .superRefine(({ name, secure, path }, context) => {
    if (/^__(host|secure)-/i.test(name) && !secure) {
      context.addIssue('has a name that browsers take only with "secure"');
    }
    if (/^__host-/i.test(name) && path !== '/') {
      context.addIssue('has a name that browsers take only with the path "/"');
    }
  });

/** Checks every option and fills in every default. */
export function trustedDeviceSchema<TUser>() {
  return z
    .strictObject({
      passwordVersion: answeringAtOnce<TUser, unknown>(
        'passwordVersion',
        'a function that gives what changes with the password: (user) => user.passwordChangedAt',
      ),
      maxAge: positive('seconds')
        .max(90 * day, { error: 'must be at most 90 days (7776000 seconds)' })
        .default(30 * day),
      cookie: cookieSchema.prefault({}),
      userId: userIdSchema<TUser>(),
      realm: nameSchema.default('users'),
      store: storeSchema,
      limiter: limiterSchema,
    })
    .superRefine((options, context) => {
      for (const problem of storageProblems(options)) context.addIssue(problem);
    })
    .transform(({ store, limiter, ...rest }) => ({
      ...rest,
      storage: storageOf({ store, limiter }),
    }));
}

function defaultName(secure: boolean, path: string): string {
  const prefix = path === '/' ? '__Host-' : '__Secure-';
  return `${secure ? prefix : ''}second-factor-device`;
}
