import { plainCause, StoreError } from '../errors.js';
import { storageDeadline, withDeadline } from '../timers.js';
import {
  assertAsAsked,
  type Limiter,
  type LimiterFactory,
  type LimiterOptions,
  type LimiterResult,
} from './limiter.js';

/** What a counter says of a key. */
export interface Count {
  readonly used: number;
  readonly remaining: number;
  /** False when this count was one too many. */
  readonly within: boolean;
  /** Seconds until the key is forgotten; undefined when it never is, or is not there. */
  readonly retryAfter: number | undefined;
}

/**
 * One counter. It counts by itself what a limiter says was consumed, so that a limiter which
 * resolves where it should reject opens nothing; and it turns what is not a count into an error, so
 * that an unreadable counter counts as spent (Vikunja CVE-2026-35597).
 */
export class Counter {
  private readonly limiter: Limiter;

  constructor(
    makeLimiter: LimiterFactory,
    private readonly options: LimiterOptions,
    /** Seconds: no wait is longer, whatever a clock that was set back makes of it. */
    private readonly longest = options.duration,
  ) {
    this.limiter = makeLimiter(options);
    assertAsAsked(this.limiter, options);
  }

  /** Counts one, atomically, and says whether it was still within the limit. */
  count(key: string): Promise<Count> {
    return this.ask(() => this.limiter.consume(key));
  }

  /** Counts one beyond any limit. */
  add(key: string): Promise<Count> {
    return this.ask(() => this.limiter.penalty(key));
  }

  async read(key: string): Promise<Count> {
    const found = await this.call(() => this.limiter.get(key));
    if (found.value === null && !found.refused) return this.unused();
    const count = this.toCount(found);
    // rate-limiter-flexible's memory limiter forgets a key by a timer, which may be late.
    const forgotten = this.options.duration > 0 && count.retryAfter === undefined;
    return forgotten ? this.unused() : count;
  }

  /**
   * Takes back so many, and returns how many there were to take. What was forgotten or cleared in the
   * meantime earns nothing: a count never stays below zero.
   *
   * A key at zero goes away: else requests that are refused, each for another number, would fill the
   * memory. It goes in the same atomic step as its last point, so no count of another request can come
   * in between and be lost; whoever counts next starts anew at one. In two steps that cannot be had:
   * where a limiter has no `takeBack`, zeros stay for their duration.
   */
  async takeBack(key: string, times = 1): Promise<number> {
    const { limiter } = this;
    if (times === 0) return 0;
    if (limiter.takeBack === undefined) return this.rewardEach(key, times);
    const { value } = await this.call(() => limiter.takeBack?.(key, times));
    if (typeof value !== 'number' || !(value >= 0)) {
      throw limiterFailed(new TypeError('Not a number of points'));
    }
    return value;
  }

  /** Each makes good its own one; of several at once, each sees what the others took as well. */
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

  /** Makes the key used up for so many seconds. */
  async block(key: string, seconds: number): Promise<void> {
    await this.ask(() => this.limiter.block(key, seconds));
  }

  async clear(key: string): Promise<void> {
    await this.call(() => this.limiter.delete(key));
  }

  private async ask(question: () => Promise<unknown>): Promise<Count> {
    return this.toCount(await this.call(question));
  }

  /** A limiter refuses by rejecting with a result; whatever else it rejects with is a failure. */
  private async call(action: () => Promise<unknown> | undefined): Promise<Answer> {
    try {
      const late = () => new Error('The limiter did not answer');
      return { value: await withDeadline(storageDeadline, action, late), refused: false };
    } catch (value) {
      if (value instanceof Error) throw limiterFailed(value);
      return { value, refused: true };
    }
  }

  private toCount({ value, refused }: Answer): Count {
    if (!isResult(value)) throw limiterFailed(new TypeError('Not the result of a limiter'));
    const { consumedPoints: used, msBeforeNext } = value;
    const { points } = this.options;
    const seconds = Math.ceil(msBeforeNext / 1000);
    return {
      used,
      remaining: Math.max(0, points - used),
      within: used <= points && !refused,
      retryAfter: seconds > 0 ? Math.min(seconds, this.longest || seconds) : undefined,
    };
  }

  private unused(): Count {
    return { used: 0, remaining: this.options.points, within: true, retryAfter: undefined };
  }
}

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
    problem: 'The limiter that counts codes and attempts failed.',
    hint: 'Look at the cause; no code is sent or checked until the limiter answers again.',
    cause: plainCause(thrown),
  });
}

/** Watches one step of several; `takeBack` undoes it should any of them fail. */
type Step = <T>(taken: Promise<T>, takeBack: (result: T) => unknown) => Promise<T>;

/**
 * Runs steps that succeed or fail together. When `run` fails, every step is taken back that was taken,
 * those still under way included, and the failure is thrown: one counter that is down (a shard of a
 * Redis Cluster) must not use up what the others counted. A step that failed itself is left alone,
 * because it may have been done and its answer lost.
 */
export async function withRollback<T>(run: (step: Step) => Promise<T>): Promise<T> {
  const undoings: Promise<() => unknown>[] = [];
  try {
    return await run((taken, takeBack) => {
      const undoing = taken.then(
        (result) => () => takeBack(result),
        () => () => undefined,
      );
      undoings.push(undoing);
      return taken;
    });
  } catch (failure) {
    await Promise.allSettled(undoings.map(async (undoing) => (await undoing)()));
    throw failure;
  }
}
