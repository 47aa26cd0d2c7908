import { LRUCache } from 'lru-cache';
import type { Store } from './store.js';

/** Three entries a pending login: room for about 100,000 of them before the oldest are dropped. */
const mostEntries = 300_000;

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

  get(key: string): string | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: string, ttl: number): void {
    this.#entries.set(key, value, { ttl });
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }
}
