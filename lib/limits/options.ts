// The option `limits`: its interface, schema with defaults, and the resulting settings.
import { z } from 'zod';
import { positive } from '../options/parse.js';

/** How often codes may be sent and entered. Durations are in seconds. */
export interface Limits {
  /**
   * Attempts on one challenge, its resends included; at most 20. PSD2 RTS, article 4, allows five.
   * @default 5
   */
  attemptsPerChallenge?: number | undefined;
  /**
   * Failed attempts of one user within `failureWindow`, across all challenges, sessions and strategies;
   * at most 100. Then the user is locked for `lockDuration`.
   * @default 10
   */
  failuresPerUser?: number | undefined;
  /**
   * Seconds from the first failure, at most 86400.
   * @default 900
   */
  failureWindow?: number | undefined;
  /**
   * Seconds of the first lock, at most 86400. Each further lock lasts twice as long, until a success or
   * `unlock`. A lock never ends before the `failureWindow` does.
   * @default 900
   */
  lockDuration?: number | undefined;
  /**
   * The longest lock in seconds, at most 86400.
   * @default 86400
   */
  maxLockDuration?: number | undefined;
  /**
   * Consecutive failures, over any period, after which the user is locked until `unlock(userId)`.
   * NIST SP 800-63B-4, section 3.2.2, allows no more than 100.
   * @default 100
   */
  consecutiveFailures?: number | undefined;
  /**
   * Seconds between two SMS for the same purpose, user, number and transaction; at most 86400. Must be
   * longer than the timeouts of all providers together.
   * @default 30
   */
  resendCooldown?: number | undefined;
  /**
   * SMS an hour to one number, and separately to one user, whether or not their codes were entered. A user
   * who enters every code correctly, to log in or to confirm payments, meets only this limit.
   * @default 20
   */
  sendsPerHour?: number | undefined;
  /**
   * SMS an hour to one number, and separately to one user, whose code has not been entered. A correct code
   * gives back the SMS of its own challenge.
   * @default 5
   */
  unansweredSendsPerHour?: number | undefined;
  /**
   * SMS an hour requested from one IP address (`req.ip`; an IPv6 address counts by its /64). Set it only
   * if the app trusts the `X-Forwarded-For` of its own proxy and of no other.
   * @default no limit
   */
  sendsPerHourPerIp?: number | undefined;
  /**
   * SMS an hour in total, which caps your bill. An SMS whose outcome is unknown (a lost answer, a 5xx)
   * counts separately for one `resendCooldown`, at most five minutes, so that no message is refused because
   * of an outage that is over.
   * @default no limit
   */
  sendsPerHourTotal?: number | undefined;
  /**
   * Seconds after the first factor in which the second can complete the login; at most 3600.
   * @default 900
   */
  firstFactorMaxAge?: number | undefined;
}

const seconds = positive('seconds').max(86_400, { error: 'must be at most a day (86400 seconds)' });

export const limitsSchema = z.strictObject({
  attemptsPerChallenge: positive('attempts').max(20, { error: 'must be at most 20' }).default(5),
  failuresPerUser: positive('failures').max(100, { error: 'must be at most 100' }).default(10),
  failureWindow: seconds.default(900),
  lockDuration: seconds.default(900),
  maxLockDuration: seconds.default(86_400),
  consecutiveFailures: positive('failures')
    .max(100, { error: 'must be at most 100 (NIST SP 800-63B-4, 3.2.2)' })
    .default(100),
  resendCooldown: seconds.default(30),
  sendsPerHour: positive('messages').default(20),
  unansweredSendsPerHour: positive('messages').default(5),
  sendsPerHourPerIp: positive('messages').optional(),
  sendsPerHourTotal: positive('messages').optional(),
  firstFactorMaxAge: seconds.max(3600, { error: 'must be at most 3600 seconds' }).default(900),
});

/** Limits with every default filled in. */
export type LimitSettings = Readonly<z.output<typeof limitsSchema>>;
