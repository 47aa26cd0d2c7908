import { LRUCache } from 'lru-cache';
import type { Store } from './store.js';

/** Three entries a pending login: room for about 100,000 of them before the oldest are dropped. */
const mostEntries = 300_000;

/**
 * Milliseconds. The cache lets go of what has expired when it is asked for it, and nobody ever may. Not
 * more often, because it looks at all of them: a quarter of a second where there are 300,000.
 */
const purgeEvery = 600_000;

/**
 * Pending challenges in this process: for one instance of an app. A restart forgets them, and the
 * users concerned start again.
 */
export class MemoryStore implements Store {
  // As a size and not as `max`: that one sets room for all of them aside when the app starts.
  readonly #entries = new LRUCache<string, string>({
    maxSize: mostEntries,
    sizeCalculation: () => 1,
  });

  #purgedAt = performance.now();

  get(key: string): string | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: string, ttl: number): void {
    const now = performance.now();
    if (now - this.#purgedAt > purgeEvery) {
      this.#entries.purgeStale();
      this.#purgedAt = now;
    }
    this.#entries.set(key, value, { ttl });
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }
}
