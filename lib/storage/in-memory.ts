import { LRUCache } from 'lru-cache';
import { ConfigurationError } from '../errors.js';
import type { Limiter, LimiterFactory, LimiterOptions, LimiterResult } from '../limits/limiter.js';
import { timers } from '../timers.js';
import type { Storage, Store } from './storage.js';

/**
 * A memory of its own in this process. All strategies share one unless they are told otherwise, so
 * that a user has one count of failures however many strategies an app has; give each its own where
 * they serve different sets of users, or in tests.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...inMemory(), username, password, destination }, verify)
 */
export function inMemory(): Storage {
  return { store: new MemoryStore(), limiter: memoryLimiter() };
}

/** Of one kind: room for 100,000 logins at once, or as many trusted devices. */
const mostOfAKind = 100_000;

/** Milliseconds between sweeps. What has expired and is never read again is gone within an hour. */
const sweepEvery = 600_000;

/** How many entries a sweep looks at before it lets others run: about a millisecond. */
const sweptAtOnce = 5_000;

/**
 * Pending challenges and trusted devices in this process: for one instance of an app. A restart forgets
 * them, and the users concerned start again.
 *
 * Bounded, and each kind of record by itself: a flood of one pushes out the oldest of that kind alone.
 * Records that last for months never make room for those that last for minutes, nor the reverse.
 */
export class MemoryStore implements Store {
  readonly #kinds = new Map<string, LRUCache<string, string>>();

  #isSweepDue = false;

  get(key: string): string | undefined {
    return this.#entriesOf(key).get(key, { allowStale: false });
  }

  set(key: string, value: string, ttl: number): void {
    this.#entriesOf(key).set(key, value, { ttl });
    this.#sweepLater();
  }

  delete(key: string): boolean {
    return this.#entriesOf(key).delete(key);
  }

  #entriesOf(key: string): LRUCache<string, string> {
    // What comes between the first two colons: 'challenge' of 'passport-modica-2fa:challenge:…'.
    const kind = key.split(':', 2)[1] ?? '';
    const entries = this.#kinds.get(kind) ?? newEntries();
    this.#kinds.set(kind, entries);
    return entries;
  }

  /** While there is anything, a sweep is due; it keeps no process alive. */
  #sweepLater(): void {
    if (this.#isSweepDue) return;
    this.#isSweepDue = true;
    timers.setTimeout(() => this.#sweep([...this.#kinds.values()], []), sweepEvery).unref();
  }

  #sweep(kinds: LRUCache<string, string>[], keys: string[]): void {
    const [entries] = kinds;
    if (entries === undefined) {
      this.#isSweepDue = false;
      if ([...this.#kinds.values()].some(({ size }) => size > 0)) this.#sweepLater();
      return;
    }
    const rest = keys.length > 0 ? keys : [...entries.rkeys()];
    for (const key of rest.splice(0, sweptAtOnce)) {
      if (!entries.has(key)) entries.delete(key);
    }
    timers.setImmediate(() => this.#sweep(rest.length > 0 ? kinds : kinds.slice(1), rest)).unref();
  }
}

function newEntries(): LRUCache<string, string> {
  return new LRUCache({
    // As a size and not as `max`: that one sets room for all of them aside at once.
    maxSize: mostOfAKind,
    sizeCalculation: () => 1,
    // A sweep sees what has expired.
    allowStale: true,
    // Read at each call, and no timer for it, which an app's tests may have stopped.
    ttlResolution: 0,
  });
}

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

/** What strategies share that are not told otherwise. */
export const processStorage: Storage = inMemory();
