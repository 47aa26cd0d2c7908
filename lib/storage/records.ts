// Reads and writes records in a store, as JSON.
import { z } from 'zod';
import { plainCause, StoreError } from '../errors.js';
import { keyPrefix } from '../limits/keys.js';
import { storageDeadline, withDeadline } from '../timers.js';
import type { Store } from './storage.js';

/** A value of a store, and a record that is a single string. */
export const stringSchema = z.string();

/** Escapes as JSON allows: a database in LATIN1, or with a column for ASCII, stores no emoji. */
export const toAscii = (json: string) =>
  json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * Records in a store, validated when they are read. A store that fails or does not answer, and a record that
 * cannot be parsed, are errors, never a missing record. Adds the prefix of this library to every key.
 */
export class Records {
  constructor(private readonly store: Store) {}

  async read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const written = await this.attempt(() => this.store.get(keyPrefix + key));
    if (written === undefined || written === null) return undefined;
    try {
      return schema.parse(JSON.parse(stringSchema.parse(written)));
    } catch {
      // No cause: zod and JSON.parse quote the record, which can hold a full phone number.
      throw new StoreError('store_record_unreadable', {
        problem: 'The store returned a record that this version cannot read.',
        hint: `Reserve the keys that begin with "${keyPrefix}" for this library.`,
      });
    }
  }

  /** @param ttl - Milliseconds. */
  async write(key: string, value: object | string, ttl: number): Promise<void> {
    const json = toAscii(JSON.stringify(value));
    const written = await this.attempt(() => this.store.set(keyPrefix + key, json, ttl));
    // A Keyv without throwOnErrors resolves with false when a write fails.
    if (written === false) throw storeFailed(new Error('The store did not write'));
  }

  async delete(key: string): Promise<void> {
    await this.attempt(() => this.store.delete(keyPrefix + key));
  }

  private async attempt<T>(action: () => T): Promise<Awaited<T>> {
    try {
      return await withDeadline(storageDeadline, action, notAnswered);
    } catch (thrown) {
      // Storage of ours knows more: that the table is missing, and how to create it.
      if (thrown instanceof StoreError) throw thrown;
      throw storeFailed(thrown);
    }
  }
}

const notAnswered = () => new Error('The store did not answer');

export function storeFailed(thrown: unknown): StoreError {
  return new StoreError('store_failed', {
    problem: 'The store failed.',
    hint: 'See the cause. No code is sent or checked until the store answers again.',
    cause: plainCause(thrown),
  });
}
