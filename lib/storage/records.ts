import { z } from 'zod';
import { plainCause, StoreError } from '../errors.js';
import { storageDeadline, withDeadline } from '../timers.js';
import type { Store } from './storage.js';

/** What a store gives back, and of a record that is a text and no more, the record. */
export const textSchema = z.string();

/**
 * What is kept in a store, as JSON. What comes back is parsed before it is believed; a store that fails
 * or hangs and a record that cannot be read are errors, never an empty answer.
 */
export class Records {
  constructor(private readonly store: Store) {}

  async read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const written = await this.attempt(() => this.store.get(key));
    if (written === undefined || written === null) return undefined;
    try {
      return schema.parse(JSON.parse(textSchema.parse(written)));
    } catch {
      // The cause is left out on purpose: zod and JSON.parse quote what they could not read, and a
      // record can hold a full telephone number.
      throw new StoreError('store_record_unreadable', {
        problem: 'The store gave back a record that this version did not write.',
        hint: 'Keep the keys that begin with "passport-modica-2fa:" for this library alone.',
      });
    }
  }

  /** @param ttl - Milliseconds. */
  async write(key: string, value: object | string, ttl: number): Promise<void> {
    await this.attempt(async () => {
      const written = await this.store.set(key, JSON.stringify(value), ttl);
      // Keyv swallows errors unless it is told not to, and says no more than false.
      if (written === false) throw new Error('The store did not write');
    });
  }

  async delete(key: string): Promise<void> {
    await this.attempt(() => this.store.delete(key));
  }

  private async attempt<T>(action: () => T): Promise<Awaited<T>> {
    try {
      return await withDeadline(
        storageDeadline,
        action,
        () => new Error('The store did not answer'),
      );
    } catch (thrown) {
      throw new StoreError('store_failed', {
        problem: 'The store failed.',
        hint: 'Look at the cause; no code is sent or checked until the store answers again.',
        cause: plainCause(thrown),
      });
    }
  }
}
