import { type Count, Counter } from './counter.js';
import type { LimiterFactory } from './limiter.js';
import type { LimitSettings } from './settings.js';

/** Why a user may not go on; no `retryAfter` means until the app unlocks them. */
export interface Lock {
  readonly retryAfter: number | undefined;
}

/** An attempt that has been counted, or why there is none. */
export type Attempt =
  | { readonly allowed: true; readonly remaining: number; readonly locksIfWrong: boolean }
  | { readonly allowed: false; readonly code: 'too_many_attempts' }
  | {
      readonly allowed: false;
      readonly code: 'user_locked';
      readonly retryAfter: number | undefined;
    };

/** Of which counts: everything, the user's two, or the user's recent failures alone. */
export type Refund = 'all' | 'user' | 'recent';

/**
 * How often a code may be tried: per challenge, per user in a while, per user without a success.
 * Counted before the provider is asked, so that parallel guesses (Keycloak CVE-2024-4629) and lost
 * answers (Vikunja CVE-2026-35597) cannot slip under the limit.
 */
export class Attempts {
  private readonly onChallenge: Counter;
  private readonly recent: Counter;
  private readonly inARow: Counter;
  private readonly locked: Counter;
  private readonly locks: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    private readonly settings: LimitSettings,
    /** Seconds for which a challenge may be found: its count must outlive it. */
    retention: number,
  ) {
    const counter = (name: string, points: number, duration: number) =>
      new Counter(makeLimiter, { keyPrefix: `passport-modica-2fa:${name}`, points, duration });
    this.onChallenge = counter('attempts', settings.attemptsPerChallenge, retention);
    this.recent = counter('failures', settings.failuresPerUser, settings.failureWindow);
    this.inARow = counter('failures-in-a-row', settings.failuresInARow, 0);
    this.locked = counter('locked', 1, settings.lockDuration);
    this.locks = counter('locks', 1, 0);
  }

  get onNewChallenge(): number {
    return this.settings.attemptsPerChallenge;
  }

  async remainingOn(challengeId: string): Promise<number> {
    return (await this.onChallenge.read(challengeId)).remaining;
  }

  async lockOf(person: string): Promise<Lock | undefined> {
    const [locked, recent, inARow] = await Promise.all([
      this.locked.read(person),
      this.recent.read(person),
      this.inARow.read(person),
    ]);
    return lockBy(locked, recent.remaining === 0, recent, inARow.remaining === 0);
  }

  /** A challenge that is spent never counts against its user. */
  async count(challengeId: string, person: string): Promise<Attempt> {
    const onChallenge = await this.onChallenge.count(challengeId);
    if (!onChallenge.within) return { allowed: false, code: 'too_many_attempts' };
    const [locked, recent, inARow] = await Promise.all([
      this.locked.read(person),
      this.recent.count(person),
      this.inARow.count(person),
    ]);
    const lock = lockBy(locked, !recent.within, recent, !inARow.within);
    if (lock) {
      // Nothing was guessed: knocking at a locked door must not make the lock a lasting one.
      await Promise.all([this.recent.takeBack(person), this.inARow.takeBack(person)]);
      return { allowed: false, code: 'user_locked', ...lock };
    }
    return {
      allowed: true,
      remaining: onChallenge.remaining,
      locksIfWrong: recent.remaining === 0,
    };
  }

  /** The provider said no. The last failure that is allowed locks, each time for twice as long. */
  async countedAsFailure(person: string, attempt: { readonly locksIfWrong: boolean }) {
    if (!attempt.locksIfWrong) return;
    const { used } = await this.locks.add(person);
    const { lockDuration, longestLock } = this.settings;
    await this.locked.block(person, Math.min(lockDuration * 2 ** (used - 1), longestLock));
  }

  /** What is given back of an attempt that brought no verdict. */
  async takeBack(challengeId: string, person: string, counts: Refund): Promise<void> {
    const undone = [this.recent.takeBack(person)];
    if (counts !== 'recent') undone.push(this.inARow.takeBack(person));
    if (counts === 'all') undone.push(this.onChallenge.takeBack(challengeId));
    await Promise.all(undone);
  }

  /** After a success, of this user alone. */
  async clear(person: string): Promise<void> {
    await Promise.all(
      [this.locked, this.recent, this.inARow, this.locks].map((counter) => counter.clear(person)),
    );
  }
}

/** The lock that is in force, if any; the lasting one goes before those that end. */
function lockBy(
  locked: Count,
  windowIsFull: boolean,
  window: Count,
  lasting: boolean,
): Lock | undefined {
  if (lasting) return { retryAfter: undefined };
  if (locked.used === 0 && !windowIsFull) return undefined;
  const inForce = windowIsFull ? [locked, window] : [locked];
  return { retryAfter: Math.max(...inForce.map(({ retryAfter = 0 }) => retryAfter)) };
}
