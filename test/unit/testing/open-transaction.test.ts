import Keyv from 'keyv';
import type { ClientBase } from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Limiter, Storage } from '../../../lib/index.js';
import { storageConformance } from '../../../lib/testing/index.js';
import { hasPostgres, somePostgres } from '../../fixtures/postgres.js';
import { withoutPostgres } from '../../left-out/lacking.js';
import { Database, failuresOnFakeClock, type LimiterOverrides } from './database.js';

const seen = 'two processes: each sees at once what the other counts';

/** What the method counts is seen in this process alone. */
const uncommitted =
  (method: 'penalty' | 'reward' | 'takeBack'): LimiterOverrides =>
  (working) => {
    const add = async (key: string, added: number) => {
      const { consumedPoints = 0 } = (await working.get(key)) ?? {};
      return { consumedPoints: consumedPoints + added, msBeforeNext: 1000 };
    };
    const methods: Partial<Limiter> = {
      penalty: (key, added = 1) => add(key, added),
      reward: (key) => add(key, -1),
      takeBack: async (_key, taken) => taken,
    };
    return { [method]: methods[method] };
  };

describe('F36: the checks across processes', () => {
  it.each(['penalty', 'reward', 'takeBack'] as const)(
    'detect a limiter whose %s is not committed, without other failures',
    async (method) => {
      const database = new Database();
      const failures = await failuresOnFakeClock({
        storage: () => database.storage(),
        anotherStorage: () => database.storage({ limiter: uncommitted(method) }),
        failingStorage: null,
      });
      expect([...failures.keys()]).toEqual([seen]);
    },
  );

  it.skipIf(!hasPostgres)(
    `name a transaction of PostgreSQL that stays open${withoutPostgres}`,
    async () => {
      const pool = await somePostgres();
      await pool.query('CREATE TABLE counts (key text PRIMARY KEY, points int, expire bigint)');
      const client = await pool.connect();
      onTestFinished(() => client.release(true));
      await client.query('BEGIN');
      const on = (storeClient: ClientBase | typeof pool, storeType: string): Storage => ({
        store: new Keyv({ throwOnErrors: true }),
        limiter: (options) =>
          new RateLimiterPostgres({
            storeClient,
            storeType,
            tableName: 'counts',
            tableCreated: true,
            clearExpiredByTimeout: false,
            ...options,
          }),
      });
      const check = storageConformance({
        storage: () => on(client, 'client'),
        anotherStorage: () => on(pool, 'pool'),
      }).find(({ name }) => name === seen);
      await expect(check?.run()).rejects.toThrow(
        /the other process read a count of 0 after consume.+\n.+a transaction that stays open/,
      );
    },
  );

  it('are replaced by one that fails if anotherStorage is omitted, and by none if it is null', () => {
    const storage = () => new Database().storage();
    const all = (anotherStorage: (() => Storage) | null | undefined) =>
      storageConformance({ storage, anotherStorage, failingStorage: null })
        .map(({ name }) => name)
        .filter((name) => name.startsWith('two processes'));
    expect(all(undefined)).toEqual(['two processes: anotherStorage is passed']);
    expect(all(null)).toEqual([]);
    expect(all(storage)).toHaveLength(5);
  });

  it('name anotherStorage as the fix, if it is omitted or another database', async () => {
    const storage = () => new Database().storage();
    const omitted = await failuresOnFakeClock({ storage, failingStorage: null });
    expect([...omitted.keys()]).toEqual(['two processes: anotherStorage is passed']);
    expect([...omitted.values()][0]?.message).toContain('Expected: anotherStorage: the same');
    const apart = await failuresOnFakeClock({
      storage,
      anotherStorage: storage,
      failingStorage: null,
    });
    expect(
      apart.get('two processes: each reads what the other sets or deletes at once')?.message,
    ).toContain('anotherStorage is the same database');
  });
});
