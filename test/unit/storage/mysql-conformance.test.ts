import type { PoolOptions } from 'mysql2';
import { createPool } from 'mysql2/promise';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTables, type MysqlPool, onMysql } from '../../../lib/mysql.js';
import { hour, stopClock } from '../../fixtures/clock.js';
import {
  connectMysql,
  emptyDatabase,
  hasMariadb,
  runSql,
  sharedMariadb,
} from '../../fixtures/mysql.js';
import { quietPort } from '../../fixtures/quiet-port.mjs';
import { withoutMariadb } from '../../left-out/lacking.js';
import { alone, failuresOf } from '../testing/database.js';

/** Options of a pool that change what rows look like, or how statements are sent. */
const options: Readonly<Record<string, PoolOptions>> = {
  'of callbacks': {},
  'of one connection each': { connectionLimit: 1 },
  'that return rows as arrays, numbers as strings, and everything else as bytes': {
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    decimalNumbers: true,
    typeCast: false,
  },
  'that nest tables, cast values, and format statements in their own way': {
    nestTables: '_',
    typeCast: () => 'cast',
    queryFormat: (statement: string) => `${statement} `,
    namedPlaceholders: true,
    multipleStatements: true,
    timezone: '+13:00',
    disableEval: true,
  },
  'in Latin 1, without FOUND_ROWS, with resetOnRelease': {
    charset: 'latin1',
    flags: ['-FOUND_ROWS'],
    resetOnRelease: true,
  },
};

/** What apps set for their sessions. */
const settings: Readonly<Record<string, string>> = {
  'no sql_mode': "sql_mode = ''",
  'a sql_mode that changes operators, quotes and escapes':
    "sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE,NO_UNSIGNED_SUBTRACTION,EMPTY_STRING_IS_NULL,SIMULTANEOUS_ASSIGNMENT'",
  'the sql_mode of Oracle': "sql_mode = 'ORACLE'",
  'the strictest sql_mode, in another time zone': "sql_mode = 'TRADITIONAL', time_zone = '-11:00'",
  'autocommit off': 'autocommit = 0',
  'READ UNCOMMITTED': 'TRANSACTION ISOLATION LEVEL READ UNCOMMITTED',
  'READ COMMITTED': 'TRANSACTION ISOLATION LEVEL READ COMMITTED',
  SERIALIZABLE: 'TRANSACTION ISOLATION LEVEL SERIALIZABLE',
};

/** Each pool as that of a process. */
async function failuresOver(here: MysqlPool, there: MysqlPool) {
  const nowhere = connectMysql({ port: await quietPort() });
  return failuresOf({
    storage: () => onMysql(here),
    anotherStorage: () => onMysql(there),
    failingStorage: () => onMysql(nowhere),
  });
}

describe.skipIf(!hasMariadb)(`onMysql passes every check of conformance${withoutMariadb}`, () => {
  const server = sharedMariadb();

  it.each(Object.entries(options))('over two pools %s', async (_kind, each) => {
    const database = await emptyDatabase(server());
    const connect = () => connectMysql(server(), { database, ...each });
    const [here, there] = [connect(), connect()];
    await createTables(here);
    expect(await failuresOver(here, there)).toEqual(new Map());
  });

  it('over two pools of promises', async () => {
    const database = await emptyDatabase(server());
    const connect = () => {
      const pool = createPool({ host: '127.0.0.1', port: server().port, user: 'root', database });
      onTestFinished(() => pool.end());
      return pool;
    };
    const [here, there] = [connect(), connect()];
    await createTables(here);
    expect(await failuresOver(here, there)).toEqual(new Map());
  });

  it.each(Object.entries(settings))('in sessions with %s', async (_what, setting) => {
    const database = await emptyDatabase(server());
    const connect = () => {
      const pool = connectMysql(server(), { database });
      pool.on('connection', (connection) => connection.query(`SET SESSION ${setting}`));
      return pool;
    };
    const [here, there] = [connect(), connect()];
    await createTables(here);
    expect(await failuresOver(here, there)).toEqual(new Map());
  });

  it('in two databases of one server, whose counts are not mixed', async () => {
    const pool = connectMysql(server());
    const shop = { schema: await emptyDatabase(server()), table: 'second_factor' };
    const forum = { schema: await emptyDatabase(server()), table: 'second_factor' };
    await Promise.all([createTables(pool, shop), createTables(pool, forum)]);
    const storages = [onMysql(pool, shop), onMysql(pool, forum)];
    for (const storage of storages) {
      expect(await failuresOf({ storage: () => storage, ...alone })).toEqual(new Map());
    }
    const counts = storages.map(({ limiter }) =>
      limiter({ keyPrefix: 'tries', points: 9, duration: 60 }).consume('alice'),
    );
    expect((await Promise.all(counts)).map(({ consumedPoints }) => consumedPoints)).toEqual([1, 1]);
  });

  it('with a user that may read and write rows, and nothing else', async () => {
    const database = await emptyDatabase(server());
    await createTables(connectMysql(server(), { database }));
    await runSql(server(), [
      "CREATE USER clerk@'127.0.0.1'",
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${database}.passport_modica_2fa TO clerk@'127.0.0.1'`,
    ]);
    const clerk = { database, user: 'clerk' };
    expect(await runSql(server(), ['SHOW GRANTS'], clerk)).toHaveLength(2);
    const pool = connectMysql(server(), clerk);
    expect(await failuresOver(pool, pool)).toEqual(new Map());
  });
});

describe.skipIf(!hasMariadb)(`Storage in MySQL${withoutMariadb}`, () => {
  const server = sharedMariadb();

  async function connected(options: PoolOptions = {}) {
    const database = await emptyDatabase(server());
    const pool = connectMysql(server(), { database, ...options });
    await createTables(pool);
    return { database, pool };
  }

  it.each([
    ['Latin 1', { charset: 'latin1' }],
    ['GBK, in which a backslash can be half a character', { charset: 'gbk_chinese_ci' }],
  ])('keeps every character of a value where the connection is in %s', async (_set, charset) => {
    const { pool } = await connected(charset);
    const { store } = onMysql(pool);
    for (const value of [
      '\\',
      "'",
      '"',
      "\xbf\\'; DROP TABLE x; --",
      'Zoë 李 🙂 \u2028',
      '?',
      ':a',
    ]) {
      await store.set('key', value, 60_000);
      expect(await store.get('key')).toBe(value);
    }
  });

  it('F28: counts time by the clock of the database, whatever that of the app says', async () => {
    const { pool } = await connected();
    const counter = onMysql(pool).limiter({ keyPrefix: 'tries', points: 9, duration: 60 });
    await counter.consume('alice');
    stopClock(Date.now() + hour);
    const { consumedPoints, msBeforeNext } = await counter.consume('alice');
    expect(consumedPoints).toBe(2);
    expect(msBeforeNext).toBeGreaterThan(0);
    expect(msBeforeNext).toBeLessThanOrEqual(60_000);
  });

  it('F28: counts time alike for processes whose sessions are in different time zones', async () => {
    const { database } = await connected();
    const [west, east] = ['-11:00', '+13:00'].map((zone) => {
      const pool = connectMysql(server(), { database });
      pool.on('connection', (connection) => connection.query(`SET SESSION time_zone = '${zone}'`));
      return onMysql(pool).limiter({ keyPrefix: 'tries', points: 9, duration: 60 });
    });
    await west?.consume('alice');
    const { consumedPoints, msBeforeNext = 0 } = (await east?.get('alice')) ?? {};
    expect(consumedPoints).toBe(1);
    expect(msBeforeNext).toBeGreaterThan(0);
    expect(msBeforeNext).toBeLessThanOrEqual(60_000);
  });

  it('takes back nothing from a counter whose time is over', async () => {
    const { pool } = await connected();
    const counter = onMysql(pool).limiter({ keyPrefix: 'tries', points: 9, duration: 60 });
    await counter.penalty('alice', 3);
    await pool.promise().query('UPDATE passport_modica_2fa SET expires_at = 1');
    expect(await counter.takeBack?.('alice', 1)).toBe(0);
    expect(await counter.consume('alice')).toMatchObject({ consumedPoints: 1 });
  });
});
