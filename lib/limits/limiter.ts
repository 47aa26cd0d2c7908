import { ConfigurationError } from '../errors.js';
import { timers } from '../timers.js';

/** What a limiter says of a key: the shape of rate-limiter-flexible's RateLimiterRes. */
export interface LimiterResult {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/** What we use of a rate-limiter-flexible limiter. `consume` rejects with a result when it refuses. */
export interface Limiter {
  consume(key: string, points?: number): Promise<LimiterResult>;
  penalty(key: string, points?: number): Promise<LimiterResult>;
  reward(key: string, points?: number): Promise<LimiterResult>;
  block(key: string, seconds: number): Promise<LimiterResult>;
  get(key: string): Promise<LimiterResult | null>;
  delete(key: string): Promise<boolean>;
  /**
   * Beyond rate-limiter-flexible: takes back up to so many points, resolves with how many there were to
   * take, and deletes the key when none are left, all in one atomic step. A limiter without it keeps a
   * count of 0 until its duration is over.
   */
  takeBack?(key: string, points: number): Promise<number>;
}

/** What a factory is asked for. Spread all three into the limiter. */
export interface LimiterOptions {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds; 0 means for ever. */
  readonly duration: number;
}

/**
 * Makes the limiters that hold every counter and every claim, so it must be atomic.
 *
 * @example
 * (options) => new RateLimiterRedis({ storeClient, ...options })
 */
export type LimiterFactory = (options: LimiterOptions) => Limiter;

/** Milliseconds between sweeps. */
const sweepEvery = 600_000;

/** How many counts a sweep looks at before it lets others run: about a millisecond. */
const sweptAtOnce = 5_000;

interface Entry {
  used: number;
  /** Milliseconds since the epoch; endless where it is kept for ever. */
  readonly until: number;
  /** The same by the steady clock: a wall clock that is set back must keep no one out for longer. */
  readonly atMost: number;
}

/**
 * One counter in this process. Each method is done before it returns, so nothing comes between its steps.
 * Unlike rate-limiter-flexible's it has no timer for each key: half of what a pending login took was that.
 */
class MemoryLimiter implements Limiter {
  readonly inThisProcess = true;
  readonly points: number;
  readonly duration: number;
  private readonly entries = new Map<string, Entry>();
  private isSweepDue = false;

  constructor({ points, duration }: LimiterOptions) {
    this.points = points;
    this.duration = duration;
  }

  async consume(key: string, points = 1): Promise<LimiterResult> {
    const result = this.add(key, points);
    return result.consumedPoints > this.points ? Promise.reject(result) : result;
  }

  async penalty(key: string, points = 1): Promise<LimiterResult> {
    return this.add(key, points);
  }

  async reward(key: string, points = 1): Promise<LimiterResult> {
    return this.add(key, -points);
  }

  async takeBack(key: string, points: number): Promise<number> {
    const used = this.entryOf(key)?.used ?? 0;
    if (used <= points) this.entries.delete(key);
    else this.add(key, -points);
    return Math.max(Math.min(used, points), 0);
  }

  async block(key: string, seconds: number): Promise<LimiterResult> {
    return this.set(key, this.points + 1, seconds);
  }

  async get(key: string): Promise<LimiterResult | null> {
    const entry = this.entryOf(key);
    return entry ? resultOf(entry) : null;
  }

  async delete(key: string): Promise<boolean> {
    return this.entries.delete(key);
  }

  private add(key: string, points: number): LimiterResult {
    const entry = this.entryOf(key);
    if (!entry) return this.set(key, points, this.duration);
    entry.used += points;
    return resultOf(entry);
  }

  private set(key: string, used: number, seconds: number): LimiterResult {
    const lasts = seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY;
    const entry = { used, until: Date.now() + lasts, atMost: performance.now() + lasts };
    this.entries.set(key, entry);
    this.sweepLater();
    return resultOf(entry);
  }

  private entryOf(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    const isThere = entry && entry.until > Date.now() && entry.atMost > performance.now();
    return isThere ? entry : undefined;
  }

  /** While there is anything, a sweep is due; it keeps no process alive. */
  private sweepLater(): void {
    if (this.isSweepDue || this.entries.size === 0) return;
    this.isSweepDue = true;
    timers.setTimeout(() => this.sweep(this.entries.keys()), sweepEvery).unref();
  }

  private sweep(keys: MapIterator<string>): void {
    let left = sweptAtOnce;
    for (let next = keys.next(); !next.done; next = keys.next()) {
      if (!this.entryOf(next.value)) this.entries.delete(next.value);
      left--;
      if (left === 0) {
        timers.setImmediate(() => this.sweep(keys)).unref();
        return;
      }
    }
    this.isSweepDue = false;
    this.sweepLater();
  }
}

function resultOf({ used, until }: Entry): LimiterResult {
  const msBeforeNext = until === Number.POSITIVE_INFINITY ? -1 : until - Date.now();
  return { consumedPoints: used, msBeforeNext };
}

/**
 * Counters and claims in this process. The same prefix gives the same limiter, so that all
 * strategies that share the factory count together; they cannot do so by different limits.
 */
export function memoryLimiter(): LimiterFactory {
  const limiters = new Map<string, MemoryLimiter>();
  return (options) => {
    const { keyPrefix, points, duration } = options;
    const limiter = limiters.get(keyPrefix) ?? new MemoryLimiter(options);
    if (limiter.points !== points || limiter.duration !== duration) {
      throw new ConfigurationError('option_invalid', {
        problem:
          'Option "limits": another strategy in this process counts in the same memory by other limits.',
        hint: 'Give both the same limits; or, where they serve different users, a memory of its own: ...inMemory().',
      });
    }
    limiters.set(keyPrefix, limiter);
    return limiter;
  };
}

/**
 * Whether a limiter counts in this process alone: ours, of whichever copy of this package, says so.
 * rate-limiter-flexible's is told by its name, for another copy of that package has another class, or by
 * what it is made of, for a bundle that an app minifies has other names.
 */
export function countsInThisProcess(limiter: unknown): boolean {
  const told = Object(limiter);
  return (
    told.inThisProcess === true ||
    told.constructor?.name === 'RateLimiterMemory' ||
    '_memoryStorage' in told
  );
}
