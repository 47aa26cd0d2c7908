// What the app does with connections of the pool that storage uses too.
import type { Pool, PoolClient } from 'pg';
import { describe, expect, test } from 'vitest';
import { createTables, onPostgres } from '../../lib/postgres.js';
import { connectPostgres, emptySchema, hasPostgres, sharedPostgres } from '../fixtures/postgres.js';
import { withoutPostgres } from '../left-out/lacking.js';

/** A pool as it is before pg 8.21. */
function withoutStatus(pool: Pool): Pool {
  pool.on('connect', (client) => Object.assign(client, { getTransactionStatus: undefined }));
  return pool;
}

const options = { keyPrefix: 'tries', points: 5, duration: 60 };

describe.skipIf(!hasPostgres).each<[string, (pool: Pool) => Pool]>([
  ['pg', (pool) => pool],
  ['pg before 8.21', withoutStatus],
])(
  `A pool of %s whose app has returned a connection with its transaction open${withoutPostgres}`,
  (_version, as) => {
    const server = sharedPostgres();

    /** Runs statements of the app's on every connection of the pool. */
    async function onEach(pool: Pool, ...statements: readonly string[]): Promise<void> {
      const clients: PoolClient[] = [];
      for (let count = 0; count < 10; count += 1) clients.push(await pool.connect());
      for (const client of clients) {
        for (const statement of statements) await client.query(statement);
      }
      for (const client of clients) client.release();
    }

    test('counts outside of it, so that its rollback undoes no count', async () => {
      const pool = as(connectPostgres(await emptySchema(server().url)));
      await createTables(pool);
      const { limiter, store } = onPostgres(pool);
      const counter = limiter(options);
      await onEach(pool, 'BEGIN');
      await Promise.all([counter.consume('alice'), store.set('key', '"value"', 60_000)]);
      await counter.consume('alice');
      await onEach(pool, 'ROLLBACK');
      expect((await counter.get('alice'))?.consumedPoints).toBe(2);
      expect(await store.get('key')).toBe('"value"');
    });

    test('reads what others have written since it began', async () => {
      const pool = as(connectPostgres(await emptySchema(server().url)));
      await createTables(pool);
      const counter = onPostgres(pool).limiter(options);
      await onEach(
        pool,
        'BEGIN ISOLATION LEVEL REPEATABLE READ',
        'SELECT count(*) FROM passport_modica_2fa',
      );
      await counter.consume('alice');
      for (let reads = 0; reads < 10; reads += 1) {
        expect((await counter.get('alice'))?.consumedPoints).toBe(1);
      }
    });
  },
);
