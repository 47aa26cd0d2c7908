import type { Pool, PoolConfig } from 'pg';
import { describe, expect, it } from 'vitest';
import { createTables, onPostgres } from '../../../lib/postgres.js';
import { minute } from '../../fixtures/clock.js';
import {
  connectPostgres,
  emptySchema,
  hasPostgres,
  sharedPostgres,
  withSettings,
} from '../../fixtures/postgres.js';
import { withoutPostgres } from '../../left-out/lacking.js';
import { alone, failuresOf } from '../testing/database.js';

/** Parsers as apps set them for all their connections: identifiers as bigints, amounts as they are written. */
const parsers: PoolConfig['types'] = {
  getTypeParser: (id: number) => (text: string) => (id === 20 ? BigInt(text) : text),
};

/** Runs all checks over two pools, and one of a server that is not there. */
function failuresOver(here: Pool, there: Pool) {
  const failing = connectPostgres('postgres://postgres@127.0.0.1:1/postgres');
  return failuresOf({
    storage: () => onPostgres(here),
    anotherStorage: () => onPostgres(there),
    failingStorage: () => onPostgres(failing),
  });
}

describe.skipIf(!hasPostgres)(
  `onPostgres passes every check of conformance${withoutPostgres}`,
  () => {
    const server = sharedPostgres();

    it.each<[string, PoolConfig]>([
      ['two pools', {}],
      ['two pools of one connection each', { max: 1 }],
      ['pools that parse numbers in their own way', { types: parsers }],
      ['pools that ask for results in binary', { max: 10, ...{ binary: true } }],
      ['pools that replace a connection after three statements', { maxUses: 3 }],
    ])('over %s', async (_pools, config) => {
      const url = await emptySchema(server().url);
      const [here, there] = [connectPostgres(url, config), connectPostgres(url, config)];
      await createTables(here);
      expect(await failuresOver(here, there)).toEqual(new Map());
    });

    it('in two schemas of one database, whose counts are not mixed', async () => {
      const pool = connectPostgres(server().url);
      await pool.query('CREATE SCHEMA shop; CREATE SCHEMA forum');
      const [shop, forum] = ['shop', 'forum'].map((schema) => ({ schema, table: 'second_factor' }));
      await Promise.all([createTables(pool, shop), createTables(pool, forum)]);
      const storages = [onPostgres(pool, shop), onPostgres(pool, forum)];
      for (const storage of storages) {
        expect(await failuresOf({ storage: () => storage, ...alone })).toEqual(new Map());
      }
      const counts = storages.map(({ limiter }) =>
        limiter({ keyPrefix: 'tries', points: 9, duration: 60 }).consume('alice'),
      );
      expect((await Promise.all(counts)).map(({ consumedPoints }) => consumedPoints)).toEqual([
        1, 1,
      ]);
    });

    it('in a database that does not know its encoding', async () => {
      await connectPostgres(server().url).query(
        "CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'",
      );
      const url = new URL(server().url);
      url.pathname = 'ascii';
      const pool = connectPostgres(url.href);
      await createTables(pool);
      const storage = onPostgres(pool);
      expect(await failuresOf({ storage: () => storage, ...alone })).toEqual(new Map());
    });

    it('with a role that may read and write rows, and nothing else', async () => {
      const url = await emptySchema(server().url);
      const admin = connectPostgres(url);
      await createTables(admin);
      await admin.query(`
      CREATE ROLE clerk LOGIN;
      DO $$ BEGIN EXECUTE 'GRANT USAGE ON SCHEMA ' || current_schema || ' TO clerk'; END $$;
      GRANT SELECT, INSERT, UPDATE, DELETE ON passport_modica_2fa TO clerk`);
      const pool = connectPostgres(url.replace('//postgres@', '//clerk@'));
      expect((await pool.query('SELECT current_user')).rows).toEqual([{ current_user: 'clerk' }]);
      const storage = onPostgres(pool);
      expect(await failuresOf({ storage: () => storage, ...alone })).toEqual(new Map());
    });

    it.each([
      ['ahead', '+'],
      ['behind', '-'],
    ])("F28: where the database's clock is an hour %s of the app's", async (name, sign) => {
      const admin = connectPostgres(server().url);
      await admin.query(`
      CREATE SCHEMA ${name};
      CREATE FUNCTION ${name}.clock_timestamp() RETURNS timestamptz LANGUAGE SQL AS
        $$ SELECT pg_catalog.clock_timestamp() ${sign} interval '1 hour' $$`);
      const url = withSettings(server().url, { search_path: `${name},pg_catalog` });
      const pool = connectPostgres(url);
      await createTables(pool);
      const { rows } = await pool.query('SELECT clock_timestamp() AS now');
      expect(Math.abs(rows[0].now - Date.now())).toBeGreaterThan(50 * minute);
      const storage = onPostgres(pool);
      expect(await failuresOf({ storage: () => storage, ...alone })).toEqual(new Map());
    });

    it.each(['repeatable read', 'serializable'])('at %s', async (isolation) => {
      const url = withSettings(await emptySchema(server().url), {
        default_transaction_isolation: isolation,
      });
      const [here, there] = [connectPostgres(url), connectPostgres(url)];
      await createTables(here);
      const failures = await failuresOver(here, there);
      expect(failures).toEqual(new Map());
    });
  },
);
