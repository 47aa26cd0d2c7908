import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { createTables, onPostgres } from '../../lib/postgres.js';
import { type App, startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';
import {
  connectPostgres,
  emptySchema,
  hasPostgres,
  sharedPostgres,
  withSettings,
} from '../fixtures/postgres.js';
import { withoutPostgres } from '../left-out/lacking.js';

const table = 'passport_modica_2fa';

async function startOn(pool: Pool, options?: Parameters<typeof onPostgres>[1]) {
  return startApp({ strategy: onPostgres(pool, options) });
}

/** A login from its beginning to its end. */
async function expectLogin({ browser, emulator }: App): Promise<void> {
  const alice = browser();
  expect((await alice.login()).body).toMatchObject({ code: 'challenge_sent' });
  expect((await alice.enter(newestCode(emulator))).status).toBe(200);
}

/** A login that fails by the operator's fault, before anything is sent. */
async function expectFault({ browser, emulator }: App, code: string, message: string) {
  const { status, body } = await browser().login();
  expect({ status, ...body }).toEqual({
    status: 500,
    code,
    message: expect.stringContaining(message),
  });
  expect(emulator.requests).toHaveLength(0);
}

describe.skipIf(!hasPostgres)(`F34: a PostgreSQL${withoutPostgres}`, () => {
  const server = sharedPostgres();
  const connect = async () => connectPostgres(await emptySchema(server().url));

  it('without the table fails logins with an error that says how to create it, and needs no restart afterwards', async () => {
    const pool = await connect();
    const app = await startOn(pool);
    await expectFault(app, 'table_missing', 'sql --dialect postgres');
    await createTables(pool);
    await expectLogin(app);
    await createTables(pool);
    await expectLogin(app);
  });

  it('without the schema fails logins likewise', async () => {
    const pool = await connect();
    const app = await startOn(pool, { schema: 'of_the_second_factor' });
    await expectFault(app, 'table_missing', '"of_the_second_factor"."passport_modica_2fa"');
    await pool.query('CREATE SCHEMA of_the_second_factor');
    await expectFault(app, 'table_missing', '"of_the_second_factor"."passport_modica_2fa"');
    await createTables(pool, { schema: 'of_the_second_factor' });
    await expectLogin(app);
  });

  it('whose table is dropped and created while the app runs goes on', async () => {
    const pool = await connect();
    await createTables(pool);
    const app = await startOn(pool);
    await expectLogin(app);
    await pool.query(`DROP TABLE ${table}`);
    expect((await app.browser().login()).body.code).toBe('table_missing');
    await createTables(pool);
    await expectLogin(app);
  });

  it('gets one table from fifty processes that create it at the same time', async () => {
    const url = await emptySchema(server().url);
    const pools = Array.from({ length: 50 }, () => connectPostgres(url, { max: 1 }));
    await Promise.all(pools.map((pool) => pool.query('SELECT 1')));
    await Promise.all(pools.map((pool) => createTables(pool)));
    const [pool] = pools;
    if (pool) await expectLogin(await startOn(pool));
  });

  const key = 'storage_key text PRIMARY KEY';
  const points = 'points bigint';
  const expiry = 'expires_at bigint';
  it.each([
    ['lacks a column', [key, 'value text', expiry]],
    [
      'has a key that ignores case',
      ['storage_key public.citext PRIMARY KEY', 'value text', points, expiry],
    ],
    [
      'has a key whose collation ignores case',
      ['storage_key text COLLATE ignoring_case PRIMARY KEY', 'value text', points, expiry],
    ],
    ['has no primary key', ['storage_key text', 'value text', points, expiry]],
    ['has a short key', ['storage_key varchar(30) PRIMARY KEY', 'value text', points, expiry]],
    ['has values of JSON', [key, 'value jsonb', points, expiry]],
    ['has points of text', [key, 'value text', 'points text', expiry]],
    ['has dates', [key, 'value text', points, 'expires_at timestamptz']],
    ['has times that are too small', [key, 'value text', points, 'expires_at integer']],
    ['needs a value for counters', [key, 'value text NOT NULL', points, expiry]],
    ['needs a further column', [key, 'value text', points, expiry, 'tenant text NOT NULL']],
  ])('whose table %s fails every login with that', async (_what, columns) => {
    const pool = await connect();
    await pool.query(`
      CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
      CREATE COLLATION ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE ${table} (${columns.join(', ')})`);
    const app = await startOn(pool);
    await expectFault(app, 'table_outdated', 'Drop it and create it again');
    await pool.query(`DROP TABLE ${table}`);
    await createTables(pool);
    await expectLogin(app);
  });

  it('that is read-only fails logins before anything is sent, and no code is checked', async () => {
    const url = await emptySchema(server().url);
    await createTables(connectPostgres(url));
    const memory = { state: 'client' as const };
    const writing = await startApp({
      strategy: { ...memory, ...onPostgres(connectPostgres(url)) },
    });
    const readOnly = withSettings(url, { default_transaction_read_only: 'on' });
    const reading = await startApp({
      strategy: {
        ...memory,
        ...onPostgres(connectPostgres(readOnly)),
        baseUrl: writing.emulator.url,
      },
    });
    await expectFault(reading, 'limiter_failed', 'The limiter failed');
    const alice = { username: 'alice', password: 'right' };
    const { challenge } = (await writing.client().post('/login').send(alice)).body;
    const code = newestCode(writing.emulator);
    const body = { challenge: challenge.id, code };
    const refused = await reading.client().post('/login/code').send(body);
    expect(refused.body.code).toMatch(/^(store|limiter)_failed$/);
    expect(writing.emulator.requests).toHaveLength(1);
    expect((await writing.client().post('/login/code').send(body)).status).toBe(200);
  });

  it('that gives the role no right to the table fails logins with its reason', async () => {
    const url = await emptySchema(server().url);
    const admin = connectPostgres(url);
    await createTables(admin);
    await admin.query(`CREATE ROLE stranger LOGIN`);
    const { rows } = await admin.query('SELECT current_schema AS schema');
    await admin.query(`GRANT USAGE ON SCHEMA ${rows[0].schema} TO stranger`);
    const pool = connectPostgres(url.replace('//postgres@', '//stranger@'));
    const app = await startOn(pool);
    await expectFault(app, 'store_failed', 'The store failed');
    await expect(onPostgres(pool).store.get('key')).rejects.toThrow('permission denied for table');
    await admin.query(`GRANT SELECT ON ${table} TO stranger`);
    await expectFault(app, 'limiter_failed', 'The limiter failed');
    await admin.query(`GRANT INSERT, UPDATE, DELETE ON ${table} TO stranger`);
    await expectLogin(app);
  });

  it('is created by a role that may create, and found by one that may not', async () => {
    const url = await emptySchema(server().url);
    const admin = connectPostgres(url);
    const { rows } = await admin.query('SELECT current_schema AS schema');
    await admin.query(
      `CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA ${rows[0].schema} TO reader`,
    );
    const pool = connectPostgres(url.replace('//postgres@', '//reader@'));
    await expect(createTables(pool)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'table_missing',
      hint: expect.stringContaining('sql --dialect postgres'),
      cause: { message: expect.stringContaining('permission denied for schema') },
    });
    await createTables(admin);
    await expect(createTables(pool)).rejects.toMatchObject({ code: 'store_failed' });
    await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO reader`);
    await createTables(pool);
    await expectLogin(await startOn(pool));
  });

  it('gets no table without its index, if createTables fails in the middle', async () => {
    const pool = await connect();
    await pool.query(`
      CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'no index'; END $$;
      CREATE EVENT TRIGGER refused ON ddl_command_end WHEN TAG IN ('CREATE INDEX')
        EXECUTE FUNCTION refuse()`);
    await expect(createTables(pool)).rejects.toMatchObject({
      code: 'table_missing',
      cause: { message: 'no index' },
    });
    await pool.query('DROP EVENT TRIGGER refused');
    const { rows } = await pool.query(`SELECT to_regclass('${table}') AS found`);
    expect(rows).toEqual([{ found: null }]);
  });

  it('in LATIN1 approves a transaction whose payee has a macron and an emoji', async () => {
    await connectPostgres(server().url).query(
      "CREATE DATABASE latin1 ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'",
    );
    const url = new URL(server().url);
    url.pathname = 'latin1';
    const pool = connectPostgres(url.href);
    await createTables(pool);
    const transaction = { amount: '20.00', payee: 'Te Kāhui 🙂' };
    const app = await startApp({
      strategy: onPostgres(pool),
      route: { transaction: () => transaction },
    });
    await expectLogin(app);
  });
});
