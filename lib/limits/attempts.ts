// The limits on entering codes: attempts on a challenge, and failures and locks of a user.
import type { Challenge, Respondent, Subject } from '../challenge/challenge.js';
import { type Count, type Counter, countersOf } from './counter.js';
import { destinationKey, userAtDestinationKey, userCounterKey } from './keys.js';
import type { LimiterFactory } from './limiter.js';
import type { LimitSettings } from './options.js';
import { withRollback } from './rollback.js';

/** Without `retryAfter` a lock lasts until the app calls `unlock`. */
interface Lock {
  readonly retryAfter: number | undefined;
}

/** Where an attempt counts: against the user and, if it answers a challenge, on that one. */
export type CountedRespondent = Respondent & Partial<Pick<Challenge, 'id'>>;

/** An attempt that was counted and is allowed. */
export interface CountedAttempt {
  readonly allowed: true;
  /** On the challenge; without one, until the user is locked. */
  readonly remaining: number;
  readonly locksIfWrong: boolean;
  /** While enrolling: this user's failures at this number in the current window. */
  readonly failedBefore: number;
}

export type Attempt =
  | CountedAttempt
  | { readonly allowed: false; readonly code: 'too_many_attempts' }
  | {
      readonly allowed: false;
      readonly code: 'user_locked';
      readonly retryAfter: number | undefined;
    };

/** Which counts to give back: all, those of the user and the number, or only the user's recent failures. */
export type Refund = 'all' | 'user' | 'recent';

/** Seconds. */
const day = 86_400;

/**
 * Counts attempts for each challenge, for each user within a window, and for each user since the last success.
 * Counting precedes the request to the provider, so that parallel guesses (Keycloak CVE-2024-4629) and lost
 * answers (Vikunja CVE-2026-35597) cannot escape the limit.
 *
 * While enrolling, the client chooses the number. A success therefore gives back only the failures at its
 * own number: guesses at other numbers still count against the user, and `consecutiveFailures` lock the user until
 * `unlock`. All users together also have at most `consecutiveFailures` guesses a day at one number. No number is
 * locked permanently, or, with the defaults, by one user alone, whose locks double: that would keep the owner
 * from enrolling it.
 */
export class Attempts {
  private readonly onChallenge: Counter;
  private readonly recent: Counter;
  private readonly consecutive: Counter;
  private readonly locked: Counter;
  private readonly locks: Counter;
  private readonly atNumber: Counter;
  private readonly ownAtNumber: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    private readonly settings: LimitSettings,
    /** Seconds for which a challenge can be found: its count must outlive it. */
    retention: number,
  ) {
    const counter = countersOf(makeLimiter);
    const { failuresPerUser, failureWindow, consecutiveFailures } = settings;
    this.onChallenge = counter('attempts', settings.attemptsPerChallenge, retention);
    this.recent = counter('failures', failuresPerUser, failureWindow);
    this.consecutive = counter('failures-in-a-row', consecutiveFailures, 0);
    const { lockDuration, maxLockDuration } = settings;
    this.locked = counter('locked', 1, lockDuration, Math.max(lockDuration, maxLockDuration));
    this.locks = counter('locks', 1, 0);
    this.atNumber = counter('failures-number', consecutiveFailures, day);
    this.ownAtNumber = counter('failures-own-number', failuresPerUser, failureWindow);
  }

  get onNewChallenge(): number {
    return this.settings.attemptsPerChallenge;
  }

  async remainingOn(challengeId: string): Promise<number> {
    return (await this.onChallenge.read(challengeId)).remaining;
  }

  async lockOf(subject: Subject): Promise<Lock | undefined> {
    const user = userCounterKey(subject);
    const [locked, recent, consecutive, atNumber] = await Promise.all([
      this.locked.read(user),
      this.recent.read(user),
      this.consecutive.read(user),
      enrols(subject) ? this.atNumber.read(destinationKey(subject)) : undefined,
    ]);
    const full = [recent, atNumber].filter((count) => count?.remaining === 0);
    return lockBy(locked, full, consecutive.remaining === 0);
  }

  /** An attempt on a challenge without attempts left does not count against its user. */
  async count(respondent: CountedRespondent): Promise<Attempt> {
    const counted = await this.countEverywhere(respondent);
    if (!counted) return { allowed: false, code: 'too_many_attempts' };
    const { onChallenge, locked, recent, consecutive, atNumber, own } = counted;
    const full = [recent, atNumber].filter((count) => count?.within === false);
    const lock = lockBy(locked, full, !consecutive.within);
    if (lock) {
      // No code was checked: attempts during a lock must not add up to a permanent one.
      await this.takeBack(respondent, 'user');
      return { allowed: false, code: 'user_locked', ...lock };
    }
    return {
      allowed: true,
      remaining: (onChallenge ?? recent).remaining,
      locksIfWrong: recent.remaining === 0,
      failedBefore: own?.used ?? 0,
    };
  }

  /** Records a rejected code. The last allowed failure locks the user, each time for twice as long. */
  async fail(subject: Respondent, attempt: CountedAttempt): Promise<void> {
    await Promise.all([
      enrols(subject) && this.ownAtNumber.add(userAtDestinationKey(subject)),
      attempt.locksIfWrong && this.lock(userCounterKey(subject)),
    ]);
  }

  /** Gives back an attempt for which the provider returned no verdict. */
  async takeBack(respondent: CountedRespondent, counts: Refund): Promise<void> {
    const user = userCounterKey(respondent);
    const undone = [this.recent.takeBack(user)];
    if (counts !== 'recent') {
      undone.push(this.consecutive.takeBack(user));
      if (enrols(respondent)) undone.push(this.atNumber.takeBack(destinationKey(respondent)));
    }
    if (counts === 'all' && respondent.id !== undefined) {
      undone.push(this.onChallenge.takeBack(respondent.id));
    }
    await Promise.all(undone);
  }

  /** Clears the user's failures; while enrolling, only those at this number. */
  async succeed(subject: Respondent, { failedBefore }: CountedAttempt): Promise<void> {
    const user = userCounterKey(subject);
    if (!enrols(subject)) return this.clear(user);
    // Atomic, so that no other success gives back the same failures.
    const own = await this.ownAtNumber.takeBack(userAtDestinationKey(subject), failedBefore);
    await Promise.all([
      this.recent.takeBack(user, own + 1),
      this.consecutive.takeBack(user, own + 1),
      this.atNumber.clear(destinationKey(subject)),
    ]);
  }

  /** Clears everything counted against a user. The count of a number stays. */
  async clear(user: string): Promise<void> {
    await Promise.all(
      [this.locked, this.recent, this.consecutive, this.locks].map((counter) =>
        counter.clear(user),
      ),
    );
  }

  private countEverywhere(respondent: CountedRespondent) {
    return withRollback(async (step) => {
      const count = (counter: Counter, key: string) =>
        step(counter.count(key), () => counter.takeBack(key));
      const { id } = respondent;
      const onChallenge = id === undefined ? undefined : await count(this.onChallenge, id);
      if (onChallenge?.within === false) return undefined;
      const user = userCounterKey(respondent);
      const [locked, recent, consecutive, atNumber, own] = await Promise.all([
        this.locked.read(user),
        count(this.recent, user),
        count(this.consecutive, user),
        enrols(respondent) ? count(this.atNumber, destinationKey(respondent)) : undefined,
        enrols(respondent) ? this.ownAtNumber.read(userAtDestinationKey(respondent)) : undefined,
      ]);
      return { onChallenge, locked, recent, consecutive, atNumber, own };
    });
  }

  private async lock(user: string): Promise<void> {
    const { used } = await this.locks.add(user);
    const { lockDuration, maxLockDuration } = this.settings;
    await this.locked.block(user, Math.min(lockDuration * 2 ** (used - 1), maxLockDuration));
  }
}

const enrols = (respondent: Respondent): respondent is Subject => respondent.purpose === 'enrol';

/** Returns the lock in force, if any. A permanent lock takes precedence. */
function lockBy(
  locked: Count,
  full: readonly (Count | undefined)[],
  lasting: boolean,
): Lock | undefined {
  if (lasting) return { retryAfter: undefined };
  if (locked.used === 0 && full.length === 0) return undefined;
  return { retryAfter: Math.max(...[locked, ...full].map((count) => count?.retryAfter ?? 0)) };
}
