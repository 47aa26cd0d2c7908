/** How often a code may be sent and tried. Durations are seconds. */
export interface Limits {
  /**
   * Attempts on one challenge, its resends included. PSD2 RTS article 4 allows five.
   * @default 5
   */
  attemptsPerChallenge?: number | undefined;
  /**
   * Failed attempts of one user within `failureWindow`, over all challenges, sessions and
   * strategies; then the user is locked.
   * @default 10
   */
  failuresPerUser?: number | undefined;
  /**
   * Seconds, from the first failure on.
   * @default 900
   */
  failureWindow?: number | undefined;
  /**
   * Seconds of the first lock; it doubles at each further one until a success or `unlock`. It never
   * ends before `failureWindow` does.
   * @default 900
   */
  lockDuration?: number | undefined;
  /**
   * Seconds that a lock lasts at most.
   * @default 86400
   */
  maxLockDuration?: number | undefined;
  /**
   * Failures without a success in between, however slow; then the user is locked until
   * `unlock(userId)`. NIST SP 800-63B-4, 3.2.2, allows no more than 100.
   * @default 100
   */
  consecutiveFailures?: number | undefined;
  /**
   * Seconds before another SMS for the same thing.
   * @default 30
   */
  resendCooldown?: number | undefined;
  /**
   * SMS an hour to one number, and the same for one user, those whose code was entered included: a
   * user who logs in and out all day and confirms payments meets only this limit.
   * @default 20
   */
  sendsPerHour?: number | undefined;
  /**
   * SMS an hour to one number, and the same for one user, whose code was not (or not yet) entered. A
   * right code gives back the SMS of its own challenge.
   * @default 5
   */
  unansweredSendsPerHour?: number | undefined;
  /**
   * SMS an hour asked for from one IP address (`req.ip`; IPv6 is counted by /64). Off unless set:
   * it is right only where the app trusts its own proxy and nobody else's `X-Forwarded-For`.
   */
  sendsPerHourPerIp?: number | undefined;
  /**
   * SMS an hour in all: what the bill may be. Off unless set. An SMS whose outcome is unknown (a lost
   * answer, a 5xx) counts apart, for one cool-down (`resendCooldown`, at most five minutes), so that an
   * outage refuses no one once it is over.
   */
  sendsPerHourTotal?: number | undefined;
  /**
   * Seconds for which the first factor is good for the second, from when it happened.
   * @default 900
   */
  firstFactorMaxAge?: number | undefined;
}

/** The same with every default filled in. */
export type LimitSettings = Required<
  Omit<{ readonly [Name in keyof Limits]-?: number }, 'sendsPerHourPerIp' | 'sendsPerHourTotal'>
> & {
  readonly sendsPerHourPerIp?: number | undefined;
  readonly sendsPerHourTotal?: number | undefined;
};
