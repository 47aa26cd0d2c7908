import type { Subject } from '../challenge/challenge.js';
import { type Count, Counter, withRollback } from './counter.js';
import { destinationKey, personAtDestinationKey, personKey } from './keys.js';
import type { LimiterFactory } from './limiter.js';
import type { LimitSettings } from './settings.js';

/** Why a user may not go on; no `retryAfter` means until the app unlocks them. */
interface Lock {
  readonly retryAfter: number | undefined;
}

/** An attempt that may be made. */
export interface CountedAttempt {
  readonly allowed: true;
  readonly remaining: number;
  readonly locksIfWrong: boolean;
  /** In an enrolment: how often this user has failed at this number in a while. */
  readonly failedBefore: number;
}

/** An attempt that has been counted, or why there is none. */
type Attempt =
  | CountedAttempt
  | { readonly allowed: false; readonly code: 'too_many_attempts' }
  | {
      readonly allowed: false;
      readonly code: 'user_locked';
      readonly retryAfter: number | undefined;
    };

/** Of which counts: everything, those against the user and the number, or the recent failures alone. */
export type Refund = 'all' | 'user' | 'recent';

/** Seconds. */
const day = 86_400;

/**
 * How often a code may be tried: per challenge, per user in a while, per user without a success.
 * Counted before the provider is asked, so that parallel guesses (Keycloak CVE-2024-4629) and lost
 * answers (Vikunja CVE-2026-35597) cannot slip under the limit.
 *
 * In an enrolment the number is the client's choice. So a success there takes back only the failures
 * at its own number: guesses at other numbers stay counted against the user, a hundred of them for
 * good. All users together have as many guesses a day at one number. No number is locked for good,
 * nor by one user alone (locks that double leave 70 guesses of the first day), because that would keep
 * its owner from enrolling it.
 */
export class Attempts {
  private readonly onChallenge: Counter;
  private readonly recent: Counter;
  private readonly inARow: Counter;
  private readonly locked: Counter;
  private readonly locks: Counter;
  private readonly atNumber: Counter;
  private readonly ownAtNumber: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    private readonly settings: LimitSettings,
    /** Seconds for which a challenge may be found: its count must outlive it. */
    retention: number,
  ) {
    const counter = (name: string, points: number, duration: number) =>
      new Counter(makeLimiter, { keyPrefix: `passport-modica-2fa:${name}`, points, duration });
    const { failuresPerUser, failureWindow, consecutiveFailures } = settings;
    this.onChallenge = counter('attempts', settings.attemptsPerChallenge, retention);
    this.recent = counter('failures', failuresPerUser, failureWindow);
    this.inARow = counter('failures-in-a-row', consecutiveFailures, 0);
    const { lockDuration, maxLockDuration } = settings;
    const locked = { keyPrefix: 'passport-modica-2fa:locked', points: 1, duration: lockDuration };
    this.locked = new Counter(makeLimiter, locked, Math.max(lockDuration, maxLockDuration));
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
    const person = personKey(subject);
    const [locked, recent, inARow, atNumber] = await Promise.all([
      this.locked.read(person),
      this.recent.read(person),
      this.inARow.read(person),
      enrols(subject) ? this.atNumber.read(destinationKey(subject)) : undefined,
    ]);
    const full = [recent, atNumber].filter((count) => count?.remaining === 0);
    return lockBy(locked, full, inARow.remaining === 0);
  }

  /** A challenge that is spent never counts against its user. */
  async count(challengeId: string, subject: Subject): Promise<Attempt> {
    const counted = await this.countEverywhere(challengeId, subject);
    if (!counted) return { allowed: false, code: 'too_many_attempts' };
    const { onChallenge, locked, recent, inARow, atNumber, own } = counted;
    const full = [recent, atNumber].filter((count) => count?.within === false);
    const lock = lockBy(locked, full, !inARow.within);
    if (lock) {
      // Nothing was guessed: knocking at a locked door must not make the lock a lasting one.
      await this.takeBack(challengeId, subject, 'user');
      return { allowed: false, code: 'user_locked', ...lock };
    }
    return {
      allowed: true,
      remaining: onChallenge.remaining,
      locksIfWrong: recent.remaining === 0,
      failedBefore: own?.used ?? 0,
    };
  }

  /** The provider said no. The last failure that is allowed locks, each time for twice as long. */
  async fail(subject: Subject, attempt: CountedAttempt): Promise<void> {
    await Promise.all([
      enrols(subject) && this.ownAtNumber.add(personAtDestinationKey(subject)),
      attempt.locksIfWrong && this.lock(personKey(subject)),
    ]);
  }

  /** What is given back of an attempt that brought no verdict. */
  async takeBack(challengeId: string, subject: Subject, counts: Refund): Promise<void> {
    const person = personKey(subject);
    const undone = [this.recent.takeBack(person)];
    if (counts !== 'recent') {
      undone.push(this.inARow.takeBack(person));
      if (enrols(subject)) undone.push(this.atNumber.takeBack(destinationKey(subject)));
    }
    if (counts === 'all') undone.push(this.onChallenge.takeBack(challengeId));
    await Promise.all(undone);
  }

  /** After a success, of this user alone; in an enrolment, of this user at this number. */
  async succeed(subject: Subject, { failedBefore }: CountedAttempt): Promise<void> {
    const person = personKey(subject);
    if (!enrols(subject)) return this.clear(person);
    // No other success takes back the same failures: the count at the number has them once.
    const own = await this.ownAtNumber.takeBack(personAtDestinationKey(subject), failedBefore);
    await Promise.all([
      this.recent.takeBack(person, own + 1),
      this.inARow.takeBack(person, own + 1),
      this.atNumber.clear(destinationKey(subject)),
    ]);
  }

  /** All that is counted against a user; a number's own count stays. */
  async clear(person: string): Promise<void> {
    await Promise.all(
      [this.locked, this.recent, this.inARow, this.locks].map((counter) => counter.clear(person)),
    );
  }

  private countEverywhere(challengeId: string, subject: Subject) {
    return withRollback(async (step) => {
      const count = (counter: Counter, key: string) =>
        step(counter.count(key), () => counter.takeBack(key));
      const onChallenge = await count(this.onChallenge, challengeId);
      if (!onChallenge.within) return undefined;
      const person = personKey(subject);
      const [locked, recent, inARow, atNumber, own] = await Promise.all([
        this.locked.read(person),
        count(this.recent, person),
        count(this.inARow, person),
        enrols(subject) ? count(this.atNumber, destinationKey(subject)) : undefined,
        enrols(subject) ? this.ownAtNumber.read(personAtDestinationKey(subject)) : undefined,
      ]);
      return { onChallenge, locked, recent, inARow, atNumber, own };
    });
  }

  private async lock(person: string): Promise<void> {
    const { used } = await this.locks.add(person);
    const { lockDuration, maxLockDuration } = this.settings;
    await this.locked.block(person, Math.min(lockDuration * 2 ** (used - 1), maxLockDuration));
  }
}

const enrols = ({ purpose }: Subject) => purpose === 'enrol';

/** The lock that is in force, if any; the lasting one goes before those that end. */
function lockBy(
  locked: Count,
  full: readonly (Count | undefined)[],
  lasting: boolean,
): Lock | undefined {
  if (lasting) return { retryAfter: undefined };
  if (locked.used === 0 && full.length === 0) return undefined;
  return { retryAfter: Math.max(...[locked, ...full].map((count) => count?.retryAfter ?? 0)) };
}
