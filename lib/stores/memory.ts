import { LRUCache } from 'lru-cache';
import type { Store } from './store.js';

/** Three entries a pending login: room for about 100,000 of them before the oldest are dropped. */
const mostEntries = 300_000;

/**
 * Pending challenges in this process: for one instance of an app. A restart forgets them, and the
 * users concerned start again.
 */
export function memoryStore(): Store {
  const entries = new LRUCache<string, string>({ max: mostEntries });
  return {
    get: (key) => entries.get(key),
    set: (key, value, ttl) => {
      entries.set(key, value, { ttl });
    },
    delete: (key) => entries.delete(key),
  };
}
