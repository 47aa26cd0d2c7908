import { createConnection, createPoolCluster } from 'mysql2';
import { createPoolCluster as createPromiseCluster } from 'mysql2/promise';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError, StoreError } from '../../../lib/errors.js';
import type { Storage } from '../../../lib/index.js';
import { createTables, type MysqlPromisePool, onMysql } from '../../../lib/mysql.js';
import { storageDeadline, timers } from '../../../lib/timers.js';
import { second, stopTimers } from '../../fixtures/clock.js';
import { listenToEvents } from '../../fixtures/events.js';
import { thrownBy } from '../../fixtures/thrown.js';

const failure = (errno: number) => Object.assign(new Error(`errno ${errno}`), { errno });

type Query = Parameters<MysqlPromisePool['query']>[0];

/** The answers to the check of the table, as a table that is as it must be gives them. */
const checked: Readonly<Record<string, unknown>> = {
  distinct_keys: [{ distinct_keys: 2 }],
  'SHOW COLUMNS': ['storage_key', 'points', 'expires_at'].map((Field) => ({ Field })),
  autocommit: [{ autocommit: 1 }],
};

/**
 * As much of a pool as is used; the real one is in mysql-*.test.ts. Answers the check of the table by itself, and
 * everything else with what the test says, or no rows.
 */
function somePool(answers: readonly unknown[] = [], check = checked) {
  const asked: Query[] = [];
  const left = [...answers];
  const ends: string[] = [];
  const query = async (options: Query): Promise<[unknown, unknown]> => {
    const part = Object.keys(check).find((each) => options.sql.includes(each));
    if (part !== undefined) return [check[part], []];
    // Before everything else; test/unit/storage/mysql-shared-pool.test.ts says why.
    if (options.sql === 'ROLLBACK') return [[], []];
    asked.push(options);
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return [answer ?? [], []];
  };
  const pool: MysqlPromisePool = {
    pool: {},
    query,
    getConnection: async () => ({
      query,
      release: () => ends.push('released'),
      destroy: () => ends.push('destroyed'),
    }),
  };
  const begins = () => asked.map(({ sql }) => sql.split(' ')[0]);
  return { pool, asked, begins, ends };
}

/** A connection that connects nowhere. */
function someConnection() {
  const connection = createConnection({ port: 1 });
  connection.on('error', () => {});
  onTestFinished(() => connection.destroy());
  return connection;
}

/** A row with all that any operation returns. */
const row = { storage_key: 'tries:key', value: null, points: '1', time_left: 60_000 };

const counterOf = ({ limiter }: Pick<Storage, 'limiter'>) =>
  limiter({ keyPrefix: 'tries', points: 3, duration: 60 });

/** What a pool of the package `mysql` has. */
const oldPool = {
  getConnection: () => {},
  query: () => {},
  end: () => {},
  escape: () => {},
};

describe.each([
  ['onMysql', onMysql],
  ['createTables', createTables],
])('%s', (_name, make) => {
  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['a connection string', () => 'mysql://localhost/test'],
    ['options of a pool', () => ({ host: 'localhost' })],
    ['a connection, on which a transaction of the app could undo a count', someConnection],
    ['a connection of mysql2/promise', () => someConnection().promise()],
    ['a promise of a pool', async () => somePool().pool],
    ['a cluster of pools, some of which may be replicas', () => createPoolCluster()],
    ['a cluster of mysql2/promise', () => createPromiseCluster()],
    ['a selection of a cluster', () => createPoolCluster().of('*')],
    ['a pool of the package mysql, which has no promises', () => oldPool],
  ])('refuses %s', async (_what, pool) => {
    const given = pool();
    const error = await thrownBy(ConfigurationError, () => Reflect.apply(make, undefined, [given]));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('need a pool of mysql2');
    expect(error.hint).toContain('Pass the result of createPool');
  });

  it('refuses a name that is none', async () => {
    const { pool, asked } = somePool();
    const unfit = () => make(pool, { table: 'a`b' });
    expect((await thrownBy(ConfigurationError, unfit)).code).toBe('option_invalid');
    expect(asked).toEqual([]);
  });
});

const read = 'SELECT';
const write = 'INSERT';
const transaction = ['START', write, read, 'COMMIT'];

describe('onMysql', () => {
  it('connects nowhere by itself', () => {
    const { pool, asked, ends } = somePool();
    onMysql(pool);
    expect([asked, ends]).toEqual([[], []]);
  });

  it('takes the pool of promises of a pool of callbacks', async () => {
    const { pool, begins } = somePool();
    const callbackPool = { getConnection: () => {}, promise: () => pool };
    await onMysql(callbackPool).store.get('key');
    await createTables(callbackPool);
    expect(begins()).toEqual([read, 'CREATE']);
  });

  it('reads, and replaces values, in one statement each', async () => {
    const { pool, begins, ends } = somePool();
    const { store } = onMysql(pool);
    await Promise.all([store.get('one'), store.get('two')]);
    await Promise.all([store.set('one', 'value', 1000), store.set('two', 'value', 1000)]);
    expect(begins()).toEqual([read, write, 'COMMIT']);
    expect(ends).toEqual(['released', 'released', 'released']);
  });

  it.each<[string, (storage: ReturnType<typeof onMysql>) => Promise<unknown>]>([
    ['a count', (storage) => counterOf(storage).consume('key')],
    ['what it takes back', (storage) => Promise.resolve(counterOf(storage).takeBack?.('key', 1))],
    ['whether it deleted', (storage) => counterOf(storage).delete('key')],
    [
      'what is asked at the same time',
      ({ store, limiter }) =>
        Promise.all([
          store.get('record'),
          store.set('other', 'value', 1000),
          counterOf({ limiter }).delete('key'),
        ]),
    ],
  ])(
    'returns %s from a transaction that ends before the connection is released',
    async (_what, ask) => {
      const { pool, begins, ends } = somePool([[], [], [row]]);
      await ask(onMysql(pool));
      expect(begins()).toEqual(transaction);
      expect(ends).toEqual(['released', 'released']);
    },
  );

  it.each([0, 1, 2, 3])(
    'closes a connection on which statement %i of a transaction fails, which rolls back',
    async (failing) => {
      const answers = [[], [], [row], []].map((answer, index) =>
        index === failing ? failure(1205) : answer,
      );
      const { pool, begins, ends } = somePool(answers);
      await expect(counterOf(onMysql(pool)).consume('key')).rejects.toMatchObject({ errno: 1205 });
      expect(begins()).toEqual(transaction.slice(0, failing + 1));
      expect(ends).toEqual(['released', 'destroyed']);
    },
  );

  it('repeats what the server rolled back because of a deadlock, on another connection', async () => {
    const { pool, begins, ends } = somePool([[], failure(1213), [], [], [row]]);
    await counterOf(onMysql(pool)).consume('key');
    expect(begins()).toEqual(['START', write, ...transaction]);
    expect(ends).toEqual(['released', 'destroyed', 'released']);
  });

  it('lets no statement wait longer than a login does', async () => {
    const { pool, asked } = somePool([[], [], [row]]);
    await counterOf(onMysql(pool)).consume('key');
    expect(asked.map(({ timeout }) => timeout)).toEqual([5000, 5000, 5000, 5000]);
  });

  it('writes values as hexadecimal digits, which no sql_mode and no character set reads otherwise', async () => {
    const { pool, asked } = somePool();
    await onMysql(pool).store.set('key', "\\'; DROP TABLE users; --", 1000);
    expect(asked[0]?.sql).toContain("_ascii X'6b6579'");
    expect(asked[0]?.sql).not.toContain('DROP');
  });

  it('reads a value from hexadecimal digits, and nothing from a row whose time is over', async () => {
    const found = { storage_key: 'key', value: '5AC3AB', points: null, time_left: 1 };
    const { pool } = somePool([[found], [{ ...found, time_left: 0 }]]);
    const { store } = onMysql(pool);
    expect(await store.get('key')).toBe('Zë');
    expect(await store.get('key')).toBeUndefined();
  });

  it('reads the count of a counter', async () => {
    const { pool } = somePool([[row]]);
    const count = { consumedPoints: 1, msBeforeNext: 60_000 };
    expect(await counterOf(onMysql(pool)).get('key')).toEqual(count);
  });

  it('takes back nothing from a row that was over, and deletes none: it has no points afterwards', async () => {
    const over = { ...row, points: null, time_left: -1 };
    const { pool } = somePool([[], [], [over], [], [], [], [over], []]);
    const counter = counterOf(onMysql(pool));
    expect(await counter.takeBack?.('key', 1)).toBe(0);
    expect(await counter.delete('key')).toBe(false);
  });

  it('knows from its points that it deleted a row, whose time is over by that', async () => {
    const { pool } = somePool([[], [], [{ ...row, points: 60_000, time_left: -1 }]]);
    expect(await counterOf(onMysql(pool)).delete('key')).toBe(true);
  });

  it('writes counters without a value', async () => {
    const { pool, asked } = somePool();
    await counterOf(onMysql(pool)).block('key', 60);
    expect(asked[0]?.sql).toMatch(/VALUES \(_ascii X'\w+', NULL, 4, /);
  });

  it.each(['kéy', 'key🙂', 'key\n', 'key ', ''])(
    'refuses the key %j, which the table would confuse with another',
    async (key) => {
      const { pool, asked } = somePool();
      const { store } = onMysql(pool);
      await expect(store.get(key)).rejects.toThrow('store this key');
      await expect(store.set(key, 'value', 1000)).rejects.toThrow('store this key');
      expect(asked).toEqual([]);
    },
  );

  it('locks rows in the order of their keys, in whichever they are asked for', async () => {
    const { pool, asked } = somePool();
    const { store } = onMysql(pool);
    await Promise.all(['b', 'c', 'a'].map((key) => store.set(key, 'value', 1000)));
    const keys = [...(asked[0]?.sql.matchAll(/\(_ascii X'(..)'/g) ?? [])].map(([, hex]) => hex);
    expect(keys).toEqual(['61', '62', '63']);
  });

  it.each([
    ['table_missing', [1049, 1146]],
    ['table_outdated', [1048, 1054, 1264, 1265, 1364, 1366, 1406]],
  ])('F34: knows by the error that the problem is %s', async (code, numbers) => {
    for (const errno of numbers) {
      const { pool } = somePool([failure(errno)]);
      await expect(onMysql(pool).store.get('key')).rejects.toMatchObject({ code });
    }
  });

  it.each<[string, object]>([
    ['broke or could not be made', { code: 'ECONNREFUSED', errno: -111, fatal: true }],
    ['does not answer', { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }],
  ])('publishes an event once a minute when a connection %s', async (_what, details) => {
    const events = listenToEvents();
    const lost = Object.assign(new Error('no database'), details);
    const { pool } = somePool([lost, lost, failure(1290)]);
    const { store } = onMysql(pool);
    for (let time = 0; time < 3; time += 1) await expect(store.get('key')).rejects.toThrow();
    expect(events).toEqual([
      { name: 'storage_connection_failed', storage: 'MySQL', problem: 'no database' },
    ]);
  });

  it('publishes no event for an error of a statement', async () => {
    const events = listenToEvents();
    const { pool } = somePool([failure(1290)]);
    await expect(onMysql(pool).store.get('key')).rejects.toThrow();
    expect(events).toEqual([]);
  });

  it('passes on another error as it is', async () => {
    const error = failure(1290);
    const { pool } = somePool([error]);
    await expect(onMysql(pool).store.get('key')).rejects.toBe(error);
  });

  it('does nothing on a connection that comes after the login has given up', async () => {
    const { pool, asked, ends } = somePool();
    const { store } = onMysql(pool);
    await store.get('the table is checked');
    const { getConnection } = pool;
    pool.getConnection = async () => {
      await timers.delay(storageDeadline + 100);
      return getConnection();
    };
    await expect(store.get('key')).rejects.toThrow('no free connection in time');
    expect(asked).toHaveLength(1);
    expect(ends).toEqual(['released', 'released', 'released']);
  });

  it('deletes nothing where nothing has expired', async () => {
    stopTimers();
    const { pool, begins } = somePool();
    await onMysql(pool).store.set('key', 'value', 1000);
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(begins()).toEqual([write, 'COMMIT', read]);
  });

  it('deletes expired rows by their keys', async () => {
    stopTimers();
    const { pool, begins } = somePool([[], [], [{ storage_key: 'a' }, { storage_key: 'b' }]]);
    await onMysql(pool).store.set('key', 'value', 1000);
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(begins()).toEqual([write, 'COMMIT', read, 'DELETE']);
  });

  it('refuses connections whose autocommit is off, which would write nothing', async () => {
    const { pool } = somePool([], { ...checked, autocommit: [{ autocommit: 0 }] });
    await expect(onMysql(pool).store.get('key')).rejects.toThrow('autocommit off');
  });

  it.each([
    ['another primary key', ['id', 'points', 'expires_at']],
    ['a primary key of two columns', ['storage_key', 'value', 'points', 'expires_at']],
    ['smaller numbers', ['storage_key', 'points']],
  ])('F34: refuses a table with %s', async (_what, columns) => {
    const { pool } = somePool([], {
      ...checked,
      'SHOW COLUMNS': columns.map((Field) => ({ Field: Buffer.from(Field) })),
    });
    const error = await thrownBy(StoreError, () => onMysql(pool).store.get('key'));
    expect(error.code).toBe('table_outdated');
  });
});

describe('createTables', () => {
  it('creates the table with its index in one statement', async () => {
    const { pool, asked } = somePool();
    await createTables(pool, { schema: 'shop', table: 'logins' });
    expect(asked.map(({ sql }) => sql.split('\n')[0])).toEqual([
      'CREATE TABLE IF NOT EXISTS `shop`.`logins` (',
    ]);
  });

  it('fails with the error of the server where the user may not', async () => {
    const { pool } = somePool([failure(1142)]);
    await expect(createTables(pool)).rejects.toMatchObject({ errno: 1142 });
  });
});
