import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Challenge, challengeSchema } from '../../lib/challenge/challenge.js';
import { StoreError } from '../../lib/errors.js';
import { MemoryStore } from '../../lib/storage/in-memory.js';
import { challengesIn, firstFactorOf, someChallenge } from '../fixtures/challenges.js';
import { runs } from './runs.js';

const some = { numRuns: runs(500) };

describe('A random record in the store', () => {
  const challenge = someChallenge();
  const firstFactor = firstFactorOf(challenge);
  const handle = { challengeId: challenge.id, firstFactorId: firstFactor.id };

  /** What comes of a record that is not as it was written. */
  async function read(record: unknown): Promise<Challenge | StoreError | undefined> {
    const store = new MemoryStore();
    const pending = challengesIn({
      get: (key) => (key.includes(':challenge:') ? record : store.get(key)),
      set: (key, value, ttl) => store.set(key, value, ttl),
      delete: (key) => store.delete(key),
    });
    await pending.add(challenge, firstFactor);
    try {
      return (await pending.byHandle(handle)).challenge;
    } catch (error) {
      if (error instanceof StoreError) return error;
      throw error;
    }
  }

  it('is read as a challenge, as nothing, or as an error that does not quote it', async () => {
    const record = fc.oneof(fc.anything(), fc.string(), fc.json());
    const property = fc.asyncProperty(record, async (held) => {
      const found = await read(held);
      if (found instanceof StoreError) expect(found.code).toBe('store_record_unreadable');
      else expect(held === undefined || held === null).toBe(true);
    });
    await fc.assert(property, some);
  });

  it('is not read as a challenge when one value has another type', async () => {
    const field = fc.constantFrom(...challengeSchema.keyof().options);
    const property = fc.asyncProperty(field, fc.jsonValue(), async (key, value) => {
      const found = await read(JSON.stringify({ ...challenge, [key]: value }));
      if (found instanceof StoreError) expect(String(found)).not.toContain(challenge.destination);
      else expect(typeof found?.[key]).toBe(typeof value);
    });
    await fc.assert(property, some);
  });

  it('is read back as it was written', async () => {
    const property = fc.asyncProperty(
      fc.string({ unit: 'grapheme' }),
      fc.oneof(fc.string(), fc.integer()),
      async (transaction, userId) => {
        const written = someChallenge({ id: challenge.id, transaction, userId });
        expect(await read(JSON.stringify(written))).toEqual(written);
      },
    );
    await fc.assert(property, some);
  });
});
