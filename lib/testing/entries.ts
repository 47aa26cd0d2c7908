import type { Store } from '../stores/store.js';
import { demand } from './finding.js';
import { answerOf } from './patience.js';

/** A store under test. */
export class Entries {
  constructor(private readonly store: Store) {}

  /** Undefined when there is nothing: a store may say so by undefined or null. */
  async get(key: string): Promise<unknown> {
    return (await answerOf('store.get', () => this.store.get(key))) ?? undefined;
  }

  /** For so many milliseconds. */
  async set(key: string, value: string, ttl: number): Promise<void> {
    const written = await answerOf('store.set', () => this.store.set(key, value, ttl));
    demand(written !== false, {
      seen: 'store.set gave false',
      expected: 'an entry that is written, or an error',
      matters:
        'false is how Keyv says that it swallowed an error; the login fails, and hides the cause',
    });
  }

  async delete(key: string): Promise<void> {
    await answerOf('store.delete', () => this.store.delete(key));
  }
}
