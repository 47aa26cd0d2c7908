// Reads a second factor that the app verified itself, and refuses what cannot be one.
import { z } from 'zod';
import { clockSkew, isUserId, type UserId, userIdSchema } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { nonEmptyString, parseOptions } from '../options/parse.js';
import {
  isLoggedIn,
  isUser,
  type RequestWithSession,
  userOf,
} from '../strategy/passport-session.js';
import { readTime } from './verified-at.js';

/** A second factor that the app verified itself, for example a passkey or a code of an authenticator app. */
export interface OtherFactor<TUser = Express.User> {
  /** The user whose factor was verified. Must be the user of this request. */
  user: TUser;
  /**
   * How, in the values of RFC 8176. At least one must be a factor of its own beside a password: `hwk`, `swk`
   * or `pop` (a passkey, whose user verification must have been checked), `otp` (an authenticator app),
   * `sc`, `sms`, `tel`, `mfa` or `mca`. Others may stand beside it.
   * @example ['otp']
   */
  amr: readonly string[];
  /**
   * When: a Date, an ISO 8601 string with a time zone, or seconds since the epoch, like OpenID Connect's
   * `auth_time`. A missing value is refused, `undefined` included: leave the property out instead.
   * @default now
   */
  verifiedAt?: Date | string | number;
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
}

/** A second factor of the user of a request. */
export interface FactorProof {
  readonly realm: string;
  readonly userId: UserId;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The values of RFC 8176, section 2, that are a second factor beside a password: the possession of a device
 * or of a phone number, and what is itself several factors. The other values are not: `pwd`, `pin` and
 * `kba` are known like the password; `geo`, `rba`, `user` and `wia` are no factors; and NIST SP 800-63B-4,
 * section 3.2.3, takes a biometric (`face`, `fpt`, `iris`, `retina`, `vbm`) only together with a device,
 * which has a value of its own.
 */
const secondFactors: ReadonlySet<string> = new Set([
  'hwk',
  'mca',
  'mfa',
  'otp',
  'pop',
  'sc',
  'sms',
  'swk',
  'tel',
]);

const factorSchema = z.strictObject({
  user: z.custom<object>(isUser, { error: 'must be the user whose factor was verified' }),
  amr: z
    .array(nonEmptyString, { error: "must be a list of the values of RFC 8176, like ['otp']" })
    .refine((values) => values.some((value) => secondFactors.has(value)), {
      error:
        "must contain a value of RFC 8176 that is a second factor: 'hwk', 'swk' or 'pop' for a passkey with user verification, 'otp' for an authenticator app, or 'sc', 'sms', 'tel', 'mfa', 'mca'",
    }),
  verifiedAt: z.unknown().optional(),
  userId: userIdSchema<object>(),
  realm: nonEmptyString.default('users'),
});

/** Whether this may be meant as a factor of the app's own. Infos of Passport strategies are not. */
export function isOtherFactor(info: unknown): info is object {
  return isUser<object>(info) && Object.hasOwn(info, 'user');
}

/**
 * Returns what the app's own factor proves for the user of this request.
 *
 * @throws {ConfigurationError} `option_invalid`, `user_not_loaded`, `user_unusable`
 */
export function readOtherFactor(request: RequestWithSession, factor: object): FactorProof {
  // Without a prototype, so that a polluted one adds no `amr`.
  const own: object = Object.assign(Object.create(null), factor);
  const { user, realm, userId } = parseOptions(factorSchema, own);
  const at = Object.hasOwn(factor, 'verifiedAt')
    ? pastTime(Reflect.get(factor, 'verifiedAt'))
    : Date.now();
  const current = userOf(request);
  if (current === undefined || !isLoggedIn(request)) throw notLoggedIn();
  const proved = userId(user);
  if (!isUserId(proved)) throw factorWithoutUserId();
  if (proved !== userId(current)) throw factorOfAnotherUser();
  return { realm, userId: proved, at };
}

/** A time of the future would stay fresh for as long as it lies ahead. */
function pastTime(claimed: unknown): number {
  const time = readTime(claimed);
  if (time !== undefined && time <= Date.now() + clockSkew) return time;
  throw new ConfigurationError('option_invalid', {
    problem: 'The "verifiedAt" of the second factor is missing, 1970 or earlier, or in the future.',
    hint: 'Pass the time at which the factor was verified, or leave "verifiedAt" out if that was just now.',
  });
}

function notLoggedIn(): ConfigurationError {
  return new ConfigurationError('user_not_loaded', {
    problem:
      'The second factor cannot be recorded, because the session has no login, or its user is not loaded.',
    hint: 'At a login, call recordSecondFactor in the callback of request.logIn. Where the framework keeps the user elsewhere, pass { session, user } as the request.',
  });
}

function factorWithoutUserId(): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem:
      'The user of the second factor has no id, or one that is neither a string nor a finite number.',
    hint: 'Give recordSecondFactor the same "userId" as the strategy: (user) => …',
  });
}

function factorOfAnotherUser(): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem:
      'The user of the second factor is not the user of this request, or has an id of another type.',
    hint: 'Accept only credentials of request.user, and return the id in one type: userId: (user) => String(user.id).',
  });
}
