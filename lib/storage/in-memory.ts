// Storage in this process: the default store and limiter, for an app that runs as one process.
import { LRUCache } from 'lru-cache';
import { ConfigurationError } from '../errors.js';
import type { Limiter, LimiterFactory, LimiterOptions, LimiterResult } from '../limits/limiter.js';
import { timers } from '../timers.js';
import type { Storage, Store } from './storage.js';

/**
 * Creates separate storage in this process. By default all strategies share one, so that each user has
 * one count of failures however many strategies an app has. Separate them if they serve different sets of
 * users, and in tests.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...inMemory(), username, password, destination }, verify)
 */
export function inMemory(): Storage {
  return { store: new MemoryStore(), limiter: memoryLimiter() };
}

/** Entries of each kind: 100,000 concurrent logins, or as many trusted devices. */
const maxEntriesPerKind = 100_000;

/**
 * Pending challenges and trusted devices. A restart deletes them, and the users concerned start again.
 *
 * An LRU cache for each kind of record, so that a flood of one kind evicts only the oldest of that kind:
 * records kept for months and records kept for minutes do not evict each other.
 */
export class MemoryStore implements Store {
  private readonly kinds = new Map<string, LRUCache<string, string>>();

  private readonly sweeper = new Sweeper(
    () => this.visits(),
    () => [...this.kinds.values()].every(({ size }) => size === 0),
  );

  get(key: string): string | undefined {
    return this.entriesOf(key).get(key, { allowStale: false });
  }

  set(key: string, value: string, ttl: number): void {
    this.entriesOf(key).set(key, value, { ttl });
    this.sweeper.schedule();
  }

  delete(key: string): boolean {
    return this.entriesOf(key).delete(key);
  }

  private entriesOf(key: string): LRUCache<string, string> {
    // The kind is between the first two colons: 'challenge' in 'passport-modica-2fa:challenge:…'.
    const kind = key.split(':', 2)[1] ?? '';
    const entries = this.kinds.get(kind) ?? newEntries();
    this.kinds.set(kind, entries);
    return entries;
  }

  private *visits(): Generator<void> {
    for (const entries of this.kinds.values()) {
      for (const key of [...entries.rkeys()]) {
        if (!entries.has(key)) entries.delete(key);
        yield;
      }
    }
  }
}

function newEntries(): LRUCache<string, string> {
  return new LRUCache({
    // Not `max`, which allocates arrays of that length at once.
    maxSize: maxEntriesPerKind,
    sizeCalculation: () => 1,
    // The sweeper must see expired entries.
    allowStale: true,
    // Reads the clock at each call instead of with a timer, which an app's fake timers may have stopped.
    ttlResolution: 0,
  });
}

interface Entry {
  used: number;
  /** Milliseconds since the epoch; infinite for an entry without expiry. */
  readonly until: number;
  /** The same on the monotonic clock: setting the wall clock back must not prolong a user's lock. */
  readonly atMost: number;
}

/**
 * One counter in this process. It replaces rate-limiter-flexible's RateLimiterMemory, which as of 11.4.0
 * (lib/component/MemoryStorage) has no atomic `takeBack`, reads the wall clock only, and deletes each key
 * with a `setTimeout` of its own: those timers were half of the memory of a pending login, an app's fake
 * timers stop them, and a duration over 24.8 days fires at once (Node, 'setTimeout').
 *
 * Each method answers synchronously, so nothing can run between its steps, and the answer needs no deadline.
 */
class MemoryLimiter implements Limiter {
  readonly inThisProcess = true;
  readonly points: number;
  readonly duration: number;
  private readonly entries = new Map<string, Entry>();
  private readonly sweeper = new Sweeper(
    () => this.visits(),
    () => this.entries.size === 0,
  );

  constructor({ points, duration }: LimiterOptions) {
    this.points = points;
    this.duration = duration;
  }

  consume(key: string, points = 1): LimiterResult {
    const result = this.add(key, points);
    if (result.consumedPoints > this.points) throw result;
    return result;
  }

  penalty(key: string, points = 1): LimiterResult {
    return this.add(key, points);
  }

  reward(key: string, points = 1): LimiterResult {
    return this.add(key, -points);
  }

  takeBack(key: string, points: number): number {
    const used = this.entryOf(key)?.used ?? 0;
    if (used <= points) this.entries.delete(key);
    else this.add(key, -points);
    return Math.max(Math.min(used, points), 0);
  }

  block(key: string, seconds: number): LimiterResult {
    return this.set(key, this.points + 1, seconds);
  }

  get(key: string): LimiterResult | null {
    const entry = this.entryOf(key);
    return entry ? resultOf(entry) : null;
  }

  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  private add(key: string, points: number): LimiterResult {
    const entry = this.entryOf(key);
    if (!entry) return this.set(key, points, this.duration);
    entry.used += points;
    return resultOf(entry);
  }

  private set(key: string, used: number, seconds: number): LimiterResult {
    const lifetime = seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY;
    const entry = { used, until: Date.now() + lifetime, atMost: performance.now() + lifetime };
    this.entries.set(key, entry);
    this.sweeper.schedule();
    return resultOf(entry);
  }

  private entryOf(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    const isAlive = entry && entry.until > Date.now() && entry.atMost > performance.now();
    return isAlive ? entry : undefined;
  }

  private *visits(): Generator<void> {
    for (const key of this.entries.keys()) {
      if (!this.entryOf(key)) this.entries.delete(key);
      yield;
    }
  }
}

function resultOf({ used, until }: Entry): LimiterResult {
  const msBeforeNext = until === Number.POSITIVE_INFINITY ? -1 : until - Date.now();
  return { consumedPoints: used, msBeforeNext };
}

/**
 * Creates a factory of limiters in this process. It returns the same limiter for the same prefix, so that
 * strategies which share the factory count together. That is only possible with equal limits.
 */
export function memoryLimiter(): LimiterFactory {
  const limiters = new Map<string, MemoryLimiter>();
  return (options) => {
    const { keyPrefix, points, duration } = options;
    const limiter = limiters.get(keyPrefix) ?? new MemoryLimiter(options);
    if (limiter.points !== points || limiter.duration !== duration) {
      throw new ConfigurationError('option_invalid', {
        problem:
          'The option "limits" differs from that of another strategy which shares this storage, so they cannot count together.',
        hint: 'Give both strategies the same limits; or, if they serve different users, separate storage: ...inMemory().',
      });
    }
    limiters.set(keyPrefix, limiter);
    return limiter;
  };
}

/** Milliseconds: an expired entry that is never read again is gone within an hour. */
const sweepInterval = 600_000;

/** Entries per turn of the event loop: about a millisecond. */
const sweepBatch = 5_000;

/** Deletes expired entries in the background, while there are entries. Does not keep the process alive. */
class Sweeper {
  private isScheduled = false;

  constructor(
    /** Each step visits one entry, and deletes it if it has expired. */
    private readonly visits: () => Iterator<void>,
    private readonly isEmpty: () => boolean,
  ) {}

  schedule(): void {
    if (this.isScheduled || this.isEmpty()) return;
    this.isScheduled = true;
    timers.setTimeout(() => this.sweep(this.visits()), sweepInterval).unref();
  }

  private sweep(visits: Iterator<void>): void {
    for (let visited = 0; visited < sweepBatch; visited += 1) {
      if (visits.next().done) {
        this.isScheduled = false;
        this.schedule();
        return;
      }
    }
    timers.setImmediate(() => this.sweep(visits)).unref();
  }
}

/** The default storage, which all strategies share. */
export const processStorage: Storage = inMemory();
