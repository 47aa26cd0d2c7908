import { LRUCache } from 'lru-cache';
import { timers } from '../timers.js';

/**
 * Where pending challenges wait. The shape is Keyv's, so `new Keyv(…)` fits as it is, and so does
 * anything else with these three. Values are texts; times are milliseconds.
 *
 * A store that fails must throw or reject: the login then fails closed.
 */
export interface Store {
  get(key: string): unknown;
  set(key: string, value: string, ttl: number): unknown;
  delete(key: string): unknown;
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
