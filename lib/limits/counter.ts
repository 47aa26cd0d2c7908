// A counter over a limiter that an app may have configured.
import { plainCause, StoreError } from '../errors.js';
import { storageDeadline, withDeadline } from '../timers.js';
import { keyPrefix } from './keys.js';
import type { Limiter, LimiterFactory, LimiterOptions, LimiterResult } from './limiter.js';
import { assertLimiterFits } from './unfit-limiters.js';

/** The state of a key. */
export interface Count {
  readonly used: number;
  readonly remaining: number;
  /** False if this count exceeded the limit. */
  readonly within: boolean;
  /** Seconds until the key expires; undefined if it never does, or does not exist. */
  readonly retryAfter: number | undefined;
}

/**
 * One counter. It compares the consumed points with the limit itself, so that a limiter which resolves where
 * it should reject does not fail open. A result that is not a count is an error: an unreadable counter must
 * fail closed (Vikunja CVE-2026-35597).
 */
export class Counter {
  private readonly limiter: Limiter;

  constructor(
    makeLimiter: LimiterFactory,
    private readonly options: LimiterOptions,
    /** Seconds: the longest wait to report, even if a clock was set back. */
    private readonly maxWait = options.duration,
  ) {
    this.limiter = makeLimiter(options);
    assertLimiterFits(this.limiter, options);
  }

  /** Adds one atomically, and returns whether it was within the limit. */
  count(key: string): Promise<Count> {
    return this.ask(() => this.limiter.consume(key));
  }

  /** Adds one without checking the limit. */
  add(key: string): Promise<Count> {
    return this.ask(() => this.limiter.penalty(key));
  }

  async read(key: string): Promise<Count> {
    const found = await this.call(() => this.limiter.get(key));
    if (found.value === null && !found.refused) return this.unused();
    const count = this.toCount(found);
    // RateLimiterMemory deletes a key with a timer, which may be late.
    const isExpired = this.options.duration > 0 && count.retryAfter === undefined;
    return isExpired ? this.unused() : count;
  }

  /**
   * Subtracts up to `times` and returns how many were subtracted. Nothing is subtracted from a key that has
   * expired or been cleared since: a count never stays below zero.
   *
   * A key at zero is deleted, or refused requests for ever-new numbers would fill the storage. Deletion and
   * subtraction are one atomic step: in two, the count of another request could come in between and be lost.
   * A limiter without `takeBack` therefore keeps keys at zero until they expire.
   */
  async takeBack(key: string, times = 1): Promise<number> {
    const { limiter } = this;
    if (times === 0) return 0;
    if (limiter.takeBack === undefined) return this.rewardEach(key, times);
    const { value } = await this.call(() => limiter.takeBack?.(key, times));
    if (typeof value !== 'number' || !(value >= 0)) {
      throw limiterFailed(new TypeError('The limiter returned no number of points'));
    }
    return value;
  }

  /** Subtracts one at a time, and adds back each one that went below zero. Correct under parallel calls. */
  private async rewardEach(key: string, times: number): Promise<number> {
    const takeOne = async () => {
      const { used } = await this.ask(() => this.limiter.reward(key));
      if (used >= 0) return 1;
      await this.add(key);
      return 0;
    };
    const taken = await Promise.all(Array.from({ length: times }, takeOne));
    return taken.reduce<number>((sum, one) => sum + one, 0);
  }

  /** Uses up the key's limit for that many seconds. */
  async block(key: string, seconds: number): Promise<void> {
    await this.ask(() => this.limiter.block(key, seconds));
  }

  async clear(key: string): Promise<void> {
    await this.call(() => this.limiter.delete(key));
  }

  private async ask(question: () => unknown): Promise<Count> {
    return this.toCount(await this.call(question));
  }

  /** A limiter refuses by rejecting with a result. Anything else is a failure. */
  private async call(action: () => unknown): Promise<Answer> {
    try {
      return { value: await withDeadline(storageDeadline, action, notAnswered), refused: false };
    } catch (value) {
      if (value instanceof StoreError) throw value;
      if (value instanceof Error || !isResult(value)) throw limiterFailed(value);
      return { value, refused: true };
    }
  }

  private toCount({ value, refused }: Answer): Count {
    if (!isResult(value)) throw limiterFailed(new TypeError('The limiter returned no count'));
    const { consumedPoints: used, msBeforeNext } = value;
    const { points } = this.options;
    const seconds = Math.ceil(msBeforeNext / 1000);
    return {
      used,
      remaining: Math.max(0, points - used),
      within: used <= points && !refused,
      retryAfter: seconds > 0 ? Math.min(seconds, this.maxWait || seconds) : undefined,
    };
  }

  private unused(): Count {
    return { used: 0, remaining: this.options.points, within: true, retryAfter: undefined };
  }
}

/** Returns a function that creates counters by name. The name is part of every stored key. */
export function countersOf(makeLimiter: LimiterFactory) {
  return (name: string, points: number, duration: number, maxWait?: number) =>
    new Counter(makeLimiter, { keyPrefix: `${keyPrefix}${name}`, points, duration }, maxWait);
}

const notAnswered = () => new Error('The limiter did not answer');

interface Answer {
  readonly value: unknown;
  readonly refused: boolean;
}

function isResult(result: unknown): result is LimiterResult {
  return (
    typeof result === 'object' &&
    result !== null &&
    'consumedPoints' in result &&
    Number.isFinite(result.consumedPoints) &&
    'msBeforeNext' in result &&
    Number.isFinite(result.msBeforeNext)
  );
}

function limiterFailed(thrown: unknown): StoreError {
  return new StoreError('limiter_failed', {
    problem: 'The limiter failed.',
    hint: 'See the cause. No code is sent or checked until the limiter answers again.',
    cause: plainCause(thrown),
  });
}
