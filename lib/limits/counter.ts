import { ConfigurationError, plainCause, StoreError } from '../errors.js';
import { storageDeadline, withDeadline } from '../timers.js';
import type { Limiter, LimiterFactory, LimiterOptions, LimiterResult } from './limiter.js';

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

/** What rate-limiter-flexible can do and a limiter of ours must not, and why. */
const unfit = [
  {
    name: 'insuranceLimiter',
    problem: 'counts from zero while the real one is down, so every limit would fail open',
  },
  {
    name: 'inMemoryBlockOnConsumed',
    problem: 'leaves refusals uncounted that are taken back later, so knocking would open a lock',
  },
  {
    name: 'whiteList',
    problem: 'lets keys through uncounted',
  },
  {
    name: 'execEvenly',
    problem: 'holds requests back that are to be refused at once',
  },
  {
    name: 'blockDuration',
    problem: 'prolongs what is counted here, so an outage would lock people out',
  },
];

/**
 * A factory that drops our options would put all counters into one, or give each another limit than
 * this library reckons with; an insurance limiter would go on counting from zero when Redis is down,
 * which fails open.
 */
function assertAsAsked(limiter: unknown, asked: LimiterOptions): void {
  const methods = ['consume', 'penalty', 'reward', 'block', 'get', 'delete'];
  if (
    typeof limiter !== 'object' ||
    limiter === null ||
    methods.some((method) => typeof Reflect.get(limiter, method) !== 'function')
  ) {
    throw new ConfigurationError('option_invalid', {
      problem:
        'Option "limiter": the factory made something that is no rate-limiter-flexible limiter.',
      hint: 'Return one, not a promise of one: (options) => new RateLimiterRedis({ storeClient, ...options }).',
    });
  }
  const told = (name: string): unknown => Reflect.get(limiter, name);
  const [points, duration, keyPrefix] = [told('points'), told('duration'), told('keyPrefix')];
  const dropped =
    (points !== undefined && points !== asked.points) ||
    (duration !== undefined && duration !== asked.duration) ||
    (typeof keyPrefix === 'string' && !keyPrefix.endsWith(asked.keyPrefix));
  if (dropped) {
    throw new ConfigurationError('option_invalid', {
      problem: 'Option "limiter": the factory made a limiter with other options than it was given.',
      hint: 'Spread them: (options) => new RateLimiterRedis({ storeClient, ...options }); a prefix of your own goes before options.keyPrefix.',
    });
  }
  // RateLimiterRedisNonAtomic and its kin read, add and write in three steps.
  if (Object(limiter).constructor?.name.endsWith('NonAtomic')) {
    throw new ConfigurationError('option_invalid', {
      problem:
        'Option "limiter": the factory made a limiter that is not atomic, so of many guesses at once all would be within the limit.',
      hint: 'Use the atomic one: RateLimiterRedis, RateLimiterDrizzle, RateLimiterEtcd.',
    });
  }
  for (const { name, problem } of unfit) {
    if (!told(name)) continue;
    throw new ConfigurationError('option_invalid', {
      problem: `Option "limiter": its ${name} ${problem}.`,
      hint: `Leave ${name} out.`,
    });
  }
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
