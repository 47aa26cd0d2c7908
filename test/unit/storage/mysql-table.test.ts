import type { PoolOptions } from 'mysql2';
import { describe, expect, it, vi } from 'vitest';
import { StoreError } from '../../../lib/errors.js';
import { createTables, onMysql } from '../../../lib/mysql.js';
import {
  deleteExpiredStatement,
  expiredKeysStatement,
} from '../../../lib/storage/sql/mysql-statements.js';
import { createTableStatements, tableOf } from '../../../lib/storage/sql/table.js';
import { second, stopTimers } from '../../fixtures/clock.js';
import {
  connectMysql,
  emptyDatabase,
  hasMariadb,
  runSql,
  sharedMariadb,
} from '../../fixtures/mysql.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { withoutMariadb } from '../../left-out/lacking.js';

const definition = createTableStatements(tableOf('mysql')).join();

/** The statement that creates the table, with a mistake in it. */
function mistaken(right: string, wrong: string): string {
  if (!definition.includes(right)) throw new Error(`The table has no ${right}`);
  return definition.replace(right, wrong);
}

describe.skipIf(!hasMariadb)(`The table in MySQL${withoutMariadb}`, () => {
  const server = sharedMariadb();

  /** A database with what the statements make of it, and a way to run others there. */
  async function someDatabase(statements: readonly string[] = [definition]) {
    const database = await emptyDatabase(server());
    const run = (...more: readonly string[]) => runSql(server(), more, { database });
    await run(...statements);
    const connect = (options: PoolOptions = {}) => connectMysql(server(), { database, ...options });
    return { database, run, connect };
  }

  const problemOf = async (action: () => unknown) => {
    const { code, message, hint } = await thrownBy(StoreError, action);
    return { code, message, hint };
  };

  it('F34: is missed with the way to create it, and found once it is there', async () => {
    const { connect } = await someDatabase([]);
    const pool = connect();
    const { store } = onMysql(pool);
    const problem = await problemOf(() => store.get('key'));
    expect(problem.code).toBe('table_missing');
    expect(problem.message).toContain('`passport_modica_2fa`');
    expect(problem.hint).toContain('npx passport-modica-2fa sql --dialect mysql');
    await createTables(pool);
    await store.set('key', 'value', 60_000);
    expect(await store.get('key')).toBe('value');
  });

  it('F34: is missed where its database is', async () => {
    const { connect } = await someDatabase([]);
    const elsewhere = onMysql(connect(), { schema: 'nowhere' });
    expect((await problemOf(() => elsewhere.store.get('key'))).code).toBe('table_missing');
    const lost = onMysql(connect({ database: 'nowhere' }));
    expect((await problemOf(() => lost.store.get('key'))).code).toBe('table_missing');
  });

  it.each<[string, string]>([
    ['without a column for values', mistaken('value mediumtext', 'content mediumtext')],
    ['without a column for points', mistaken('points bigint', 'score bigint')],
    ['of keys that ignore case', mistaken('CHARACTER SET ascii COLLATE ascii_bin', '')],
    [
      'with another primary key',
      mistaken('PRIMARY KEY', 'NOT NULL, id bigint AUTO_INCREMENT PRIMARY KEY'),
    ],
    ['without a primary key', mistaken('PRIMARY KEY', 'NOT NULL')],
    ['whose times are too small', mistaken('expires_at bigint', 'expires_at int')],
    ['whose points are too small', mistaken('points bigint', 'points tinyint')],
    ['whose times have no sign', mistaken('expires_at bigint', 'expires_at bigint UNSIGNED')],
  ])('F34: is outdated %s, whatever the sql_mode', async (_what, statement) => {
    const { connect } = await someDatabase([statement]);
    const pool = connect();
    pool.on('connection', (connection) => connection.query("SET SESSION sql_mode = ''"));
    const counter = onMysql(pool).limiter({ keyPrefix: 'tries', points: 3, duration: 60 });
    const problem = await problemOf(() => counter.consume('alice'));
    expect(problem.code).toBe('table_outdated');
    expect(problem.hint).toContain('createTables');
  });

  it.each<[string, string]>([
    ['values are too small', mistaken('value mediumtext', 'value varchar(3)')],
    [
      'other columns must have a value',
      mistaken('points bigint', 'realm int NOT NULL, points bigint'),
    ],
  ])('F34: is outdated where %s, once something is written', async (_what, statement) => {
    const { connect } = await someDatabase([statement]);
    const { store } = onMysql(connect());
    const problem = await problemOf(() => store.set('key', 'value', 60_000));
    expect(problem.code).toBe('table_outdated');
  });

  it('is created by ten processes at the same time, and once more later', async () => {
    const { connect } = await someDatabase([]);
    const pools = Array.from({ length: 10 }, () => connect({ connectionLimit: 1 }));
    await Promise.all(pools.map((pool) => createTables(pool)));
    const [pool = connect()] = pools;
    await createTables(pool);
    expect(await onMysql(pool).store.get('key')).toBeUndefined();
  });

  it('F34: is created by a user who may create, and found by one who may not', async () => {
    const { database, run, connect } = await someDatabase([]);
    const user = "visitor@'127.0.0.1'";
    await run(`CREATE USER ${user}`, `GRANT SELECT ON ${database}.* TO ${user}`);
    const pool = connect({ user: 'visitor' });
    const { code, hint, cause } = await thrownBy(StoreError, () => createTables(pool));
    expect(code).toBe('table_missing');
    expect(hint).toContain('sql --dialect mysql');
    expect(cause).toMatchObject({ message: expect.stringContaining('CREATE command denied') });
    await run(definition);
    await createTables(pool);
    await run(`DROP USER ${user}`);
  });

  it('F34: is not created where another version has one, which createTables says', async () => {
    const { connect } = await someDatabase([mistaken('expires_at bigint', 'expires_at int')]);
    expect((await problemOf(() => createTables(connect()))).code).toBe('table_outdated');
  });

  it('has a name of any length that is allowed', async () => {
    const { connect } = await someDatabase([]);
    const pool = connect();
    const table = 'a'.repeat(63);
    await createTables(pool, { table });
    expect(await onMysql(pool, { table }).store.get('key')).toBeUndefined();
  });

  it('is read and not written by a user who may only read: the write fails, and says why', async () => {
    const { database, run, connect } = await someDatabase();
    await run(
      "CREATE USER reader@'127.0.0.1'",
      `GRANT SELECT ON ${database}.* TO reader@'127.0.0.1'`,
    );
    const { store } = onMysql(connect({ user: 'reader' }));
    expect(await store.get('key')).toBeUndefined();
    await expect(store.set('key', 'value', 60_000)).rejects.toThrow('command denied');
  });

  it('F35: loses its expired rows, more than one batch of them, and no other', async () => {
    stopTimers();
    const { run, connect } = await someDatabase();
    await run(
      `INSERT INTO passport_modica_2fa
        SELECT CONCAT('expired ', seq), '+64211234567', seq, seq FROM seq_1_to_1200`,
    );
    const { store, limiter } = onMysql(connect());
    const counter = limiter({ keyPrefix: 'tries', points: 3, duration: 0 });
    await Promise.all([
      store.set('alive', 'value', 600_000),
      store.set('deleted', '+64211234567', 600_000),
      counter.consume('for ever'),
    ]);
    await store.delete('deleted');
    await vi.advanceTimersByTimeAsync(10 * second);
    const keys = () => run('SELECT storage_key FROM passport_modica_2fa ORDER BY storage_key');
    // A poll that fails also advances the timers, by 50 ms.
    await expect.poll(keys).toEqual([{ storage_key: 'alive' }, { storage_key: 'tries:for ever' }]);
  });

  it('F35: keeps a counter that has begun again while its expired row was about to be deleted', async () => {
    stopTimers();
    const { run, connect } = await someDatabase();
    await run("INSERT INTO passport_modica_2fa VALUES ('tries:alice', NULL, 3, 1)");
    const pool = connect().promise();
    const another = onMysql(connect()).limiter({ keyPrefix: 'tries', points: 3, duration: 60 });
    const deleted = vi.fn();
    const { store } = onMysql({
      pool,
      query: (options) => pool.query(options),
      getConnection: async () => {
        const connection = await pool.getConnection();
        return {
          release: () => connection.release(),
          destroy: () => connection.destroy(),
          query: async (options) => {
            const isDeletion = options.sql.startsWith('DELETE');
            if (isDeletion) await another.consume('alice');
            const answer = await connection.query(options);
            if (isDeletion) deleted();
            return answer;
          },
        };
      },
    });
    await store.set('key', 'value', 60_000);
    await vi.advanceTimersByTimeAsync(10 * second);
    await expect.poll(() => deleted.mock.calls.length).toBe(1);
    expect(await another.get('alice')).toMatchObject({ consumedPoints: 1 });
  });

  it('F35: has expired rows found by the index of their times, and not by a look at every row', async () => {
    const { run } = await someDatabase();
    await run(
      `INSERT INTO passport_modica_2fa
        SELECT CONCAT('k', seq), NULL, 1, IF(seq <= 10, seq, 1 << 52) FROM seq_1_to_1000`,
      'ANALYZE TABLE passport_modica_2fa',
    );
    const plan = await run(`EXPLAIN ${expiredKeysStatement(tableOf('mysql'), 500)}`);
    expect(plan).toMatchObject([{ type: 'range', key: 'passport_modica_2fa_expires_at' }]);
  });

  it('has expired rows deleted by the primary key, in whose order logins lock rows', async () => {
    const { run } = await someDatabase();
    await run(
      "INSERT INTO passport_modica_2fa SELECT CONCAT('k', seq), NULL, 1, seq FROM seq_1_to_700",
      'ANALYZE TABLE passport_modica_2fa',
    );
    const keys = Array.from({ length: 500 }, (_, index) => `k${index}`);
    const plan = await run(`EXPLAIN ${deleteExpiredStatement(tableOf('mysql'), keys)}`);
    expect(plan).toMatchObject([{ possible_keys: 'PRIMARY' }]);
  });

  it('keeps no value of what is deleted', async () => {
    const { run, connect } = await someDatabase();
    const { store } = onMysql(connect());
    await store.set('key', '+64211234567', 600_000);
    await store.delete('key');
    expect(await run('SELECT value FROM passport_modica_2fa WHERE value IS NOT NULL')).toEqual([]);
  });
});
