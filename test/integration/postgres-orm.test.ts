// Apps that know their database by an ORM: they make its pool themselves, and pass it to both.
import { PrismaPg } from '@prisma/adapter-pg';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTables, onPostgres } from '../../lib/postgres.js';
import { startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';
import { connectPostgres, emptySchema, hasPostgres, sharedPostgres } from '../fixtures/postgres.js';
import { withoutPostgres } from '../left-out/lacking.js';
import { alone, failuresOf } from '../unit/testing/database.js';

/** What a test asks of an ORM. */
interface Orm {
  read(query: string): Promise<unknown>;
  /** Runs a query and an action in a transaction, and rolls it back. */
  rollBack(query: string, action: () => unknown): Promise<void>;
}

function withDrizzle(pool: Pool): Orm {
  const db = drizzle(pool);
  return {
    read: async (query) => (await db.execute(sql.raw(query))).rows[0],
    async rollBack(query, action) {
      const transaction = db.transaction(async (inside) => {
        await inside.execute(sql.raw(query));
        await action();
        inside.rollback();
      });
      await expect(transaction).rejects.toThrow('Rollback');
    },
  };
}

/** Prisma's adapter, as Prisma's client calls it: the client itself is generated for a schema. */
async function withPrisma(pool: Pool): Promise<Orm> {
  const adapter = await new PrismaPg(pool).connect();
  onTestFinished(() => adapter.dispose());
  const query = (text: string) => ({ sql: text, args: [], argTypes: [] });
  return {
    read: async (text) => {
      const { columnNames, rows } = await adapter.queryRaw(query(text));
      return Object.fromEntries(columnNames.map((name, index) => [name, rows[0]?.[index]]));
    },
    async rollBack(text, action) {
      const transaction = await adapter.startTransaction();
      await transaction.executeRaw(query(text));
      await action();
      // The adapter leaves the statement to Prisma's client.
      await transaction.executeRaw(query('ROLLBACK'));
      await transaction.rollback();
    },
  };
}

describe.skipIf(!hasPostgres).each<[string, (pool: Pool) => Orm | Promise<Orm>]>([
  ['Drizzle', withDrizzle],
  ['Prisma', withPrisma],
])(`The pool of an app with %s${withoutPostgres}`, (_name, connect) => {
  const server = sharedPostgres();

  async function start() {
    const pool = connectPostgres(await emptySchema(server().url));
    const orm = await connect(pool);
    await createTables(pool);
    await pool.query('CREATE TABLE payments (amount numeric)');
    return { pool, orm };
  }

  it('passes every check of conformance while the app uses it too', async () => {
    const { pool, orm } = await start();
    let isOver = false;
    const failures = failuresOf({ storage: () => onPostgres(pool), ...alone }).finally(() => {
      isOver = true;
    });
    while (!isOver) expect(await orm.read('SELECT 7 AS one')).toEqual({ one: 7 });
    expect(await failures).toEqual(new Map());
  });

  it("keeps counts outside of the app's transactions: a rollback undoes none", async () => {
    const { pool, orm } = await start();
    const counter = onPostgres(pool).limiter({ keyPrefix: 'tries', points: 9, duration: 60 });
    await orm.rollBack('INSERT INTO payments VALUES (1)', () => counter.consume('alice'));
    expect(await orm.read('SELECT count(*)::int AS payments FROM payments')).toEqual({
      payments: 0,
    });
    expect((await counter.get('alice'))?.consumedPoints).toBe(1);
  });

  it('logs a user in', async () => {
    const { pool } = await start();
    const { browser, emulator } = await startApp({ strategy: onPostgres(pool) });
    const alice = browser();
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });
});
