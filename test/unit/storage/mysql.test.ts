import { createConnection, createPoolCluster } from 'mysql2';
import { createPoolCluster as createPromiseCluster } from 'mysql2/promise';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError, StoreError } from '../../../lib/errors.js';
import { createTables, type MysqlPromisePool, onMysql } from '../../../lib/mysql.js';
import { storageDeadline, timers } from '../../../lib/timers.js';
import { minute, second, stopTimers } from '../../fixtures/clock.js';
import { listenToEvents } from '../../fixtures/events.js';
import { thrownBy } from '../../fixtures/thrown.js';

const failure = (errno: number) => Object.assign(new Error(`errno ${errno}`), { errno });

type Query = Parameters<MysqlPromisePool['query']>[0];

/** How a table that is as it must be answers its check. */
function answerCheck(sql: string): readonly unknown[] {
  if (sql.includes('distinct_keys')) return [{ distinct_keys: 2 }];
  if (!sql.startsWith('SHOW COLUMNS')) return [];
  return ['storage_key', 'points', 'expires_at'].map((Field) => ({ Field }));
}

/** As much of a pool as is used; the real one is in mysql-*.test.ts. */
class FakePool implements MysqlPromisePool {
  readonly pool = {};
  /** What each statement returns or throws, by default what a new table does. */
  answer: (sql: string) => unknown = answerCheck;
  /** SERVER_STATUS_AUTOCOMMIT. */
  serverStatus: number | undefined = 2;
  /** The statements on each connection that was taken from the pool, and what became of it. */
  readonly uses: { readonly asked: Query[]; end?: 'released' | 'destroyed' }[] = [];

  async query(query: Query): Promise<[unknown, unknown]> {
    const answer = this.answer(query.sql);
    if (answer instanceof Error) throw answer;
    return [query.sql === 'ROLLBACK' ? { serverStatus: this.serverStatus } : answer, []];
  }

  async getConnection() {
    const use: FakePool['uses'][number] = { asked: [] };
    this.uses.push(use);
    return {
      query: (query: Query) => {
        use.asked.push(query);
        return this.query(query);
      },
      release: () => {
        use.end = 'released';
      },
      destroy: () => {
        use.end = 'destroyed';
      },
    };
  }

  /** The first words of all statements, by connection. */
  get statements(): readonly (readonly string[])[] {
    const verbs = /^(ROLLBACK AND CHAIN|\w+)/;
    return this.uses.map(({ asked }) => asked.map(({ sql }) => verbs.exec(sql)?.[0] ?? ''));
  }

  get ends() {
    return this.uses.map(({ end }) => end);
  }
}

/** Storage that has checked its table. */
async function someStorage(answer: FakePool['answer'] = () => []) {
  const pool = new FakePool();
  const { store, limiter } = onMysql(pool);
  await store.get('the table is checked');
  pool.uses.length = 0;
  pool.answer = answer;
  return { pool, store, counter: limiter({ keyPrefix: 'tries', points: 3, duration: 60 }) };
}

/** Answers one kind of statement. */
const answering = (verb: string, answer: unknown) => (sql: string) =>
  sql.startsWith(verb) ? answer : [];

/** A connection that connects nowhere. */
function someConnection() {
  const connection = createConnection({ port: 1 });
  connection.on('error', () => {});
  onTestFinished(() => connection.destroy());
  return connection;
}

/** A row with all that any operation returns. */
const row = { storage_key: 'tries:key', value: null, points: '1', time_left: 60_000 };

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
    ['a promise of a pool', async () => new FakePool()],
    ['a cluster of pools, some of which may be replicas', () => createPoolCluster()],
    ['a cluster of mysql2/promise', () => createPromiseCluster()],
    ['a selection of a cluster', () => createPoolCluster().of('*')],
    ['a pool of the package mysql, which has no promises', () => oldPool],
    ['a pool whose promise is no method', () => ({ ...oldPool, promise: true })],
    ['a pool that names another one', () => ({ ...oldPool, pool: 'main' })],
  ])('refuses %s', async (_what, pool) => {
    const given = pool();
    const error = await thrownBy(ConfigurationError, () => Reflect.apply(make, undefined, [given]));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('need a pool of mysql2');
    expect(error.hint).toContain('Pass the result of createPool');
  });

  it('refuses a name that is none', async () => {
    const pool = new FakePool();
    const unfit = () => make(pool, { table: 'a`b' });
    expect((await thrownBy(ConfigurationError, unfit)).code).toBe('option_invalid');
    expect(pool.uses).toEqual([]);
  });
});

const read = ['ROLLBACK', 'SELECT'];
const replace = ['ROLLBACK AND CHAIN', 'INSERT', 'COMMIT'];
const count = ['ROLLBACK AND CHAIN', 'INSERT', 'SELECT', 'COMMIT'];

describe('onMysql', () => {
  it('connects nowhere by itself', () => {
    const pool = new FakePool();
    onMysql(pool);
    expect(pool.uses).toEqual([]);
  });

  it('takes the pool of promises of a pool of callbacks', async () => {
    const pool = new FakePool();
    const callbackPool = { getConnection: () => {}, promise: () => pool };
    await createTables(callbackPool);
    await onMysql(callbackPool).store.get('key');
    expect(pool.statements.at(-1)).toEqual(read);
  });

  it('reads outside of any transaction, and replaces values in one', async () => {
    const { pool, store } = await someStorage();
    await Promise.all([store.get('one'), store.get('two')]);
    await Promise.all([store.set('one', 'value', 1000), store.set('two', 'value', 1000)]);
    expect(pool.statements).toEqual([read, replace]);
    expect(pool.ends).toEqual(['released', 'released']);
  });

  it.each([
    ['off', 0],
    ['unknown', undefined],
  ])('ends the transaction that a read begins where autocommit is %s', async (_what, status) => {
    const { pool, store } = await someStorage();
    pool.serverStatus = status;
    await store.get('key');
    expect(pool.statements).toEqual([[...read, 'ROLLBACK']]);
  });

  it.each<[string, (storage: Awaited<ReturnType<typeof someStorage>>) => unknown]>([
    ['a count', ({ counter }) => counter.consume('key')],
    ['what it takes back', ({ counter }) => counter.takeBack?.('key', 1)],
    ['whether it deleted', ({ counter }) => counter.delete('key')],
    [
      'what is asked at the same time',
      ({ store, counter }) =>
        Promise.all([
          store.get('record'),
          store.set('other', 'value', 1000),
          counter.delete('key'),
        ]),
    ],
  ])('returns %s from a transaction', async (_what, ask) => {
    const storage = await someStorage(answering('SELECT', [row]));
    await ask(storage);
    expect(storage.pool.statements).toEqual([count]);
    expect(storage.pool.ends).toEqual(['released']);
  });

  it.each(count)('closes a connection on which %s fails, which rolls back', async (verb) => {
    const { pool, counter } = await someStorage(answering(verb, failure(1205)));
    await expect(counter.consume('key')).rejects.toMatchObject({ errno: 1205 });
    expect(pool.statements).toEqual([count.slice(0, count.indexOf(verb) + 1)]);
    expect(pool.ends).toEqual(['destroyed']);
  });

  it('repeats what the server rolled back because of a deadlock, on another connection', async () => {
    const { pool, counter } = await someStorage();
    pool.answer = (sql) => {
      if (sql.startsWith('SELECT')) return [row];
      return sql.startsWith('INSERT') && pool.uses.length === 1 ? failure(1213) : [];
    };
    await counter.consume('key');
    expect(pool.statements).toEqual([count.slice(0, 2), count]);
    expect(pool.ends).toEqual(['destroyed', 'released']);
  });

  it('lets no statement wait longer than a login does', async () => {
    const { pool, store } = await someStorage();
    await Promise.all([store.get('key'), store.delete('other')]);
    const timeouts = pool.uses.flatMap(({ asked }) => asked.map(({ timeout }) => timeout));
    expect(timeouts).toEqual(count.map(() => storageDeadline));
  });

  it('asks nothing on a connection that comes after the login has given up', async () => {
    const { pool, store } = await someStorage();
    const connection = await pool.getConnection();
    pool.getConnection = async () => {
      await timers.delay(storageDeadline + 100);
      return connection;
    };
    await expect(store.delete('key')).rejects.toThrow('no free connection in time');
    expect(pool.uses).toEqual([{ asked: [], end: 'released' }]);
  });

  it('writes values as hexadecimal digits, which no sql_mode and no character set reads otherwise', async () => {
    const { pool, store } = await someStorage();
    await store.set('key', "\\'; DROP TABLE users; --", 1000);
    const [{ sql = '' } = {}] = pool.uses[0]?.asked.slice(1) ?? [];
    expect(sql).toContain("_ascii X'6b6579'");
    expect(sql).not.toContain('DROP');
  });

  it('reads a value from hexadecimal digits, and nothing from a row whose time is over', async () => {
    const found = { storage_key: 'key', value: '5AC3AB', points: null, time_left: 1 };
    const { pool, store } = await someStorage(answering('SELECT', [found]));
    expect(await store.get('key')).toBe('Zë');
    pool.answer = answering('SELECT', [{ ...found, time_left: 0 }]);
    expect(await store.get('key')).toBeUndefined();
  });

  it('reads the count of a counter', async () => {
    const { counter } = await someStorage(answering('SELECT', [row]));
    expect(await counter.get('key')).toEqual({ consumedPoints: 1, msBeforeNext: 60_000 });
  });

  it('takes back nothing from a row that was over, and deletes none: it has no points afterwards', async () => {
    const over = { ...row, points: null, time_left: -1 };
    const { counter } = await someStorage(answering('SELECT', [over]));
    expect(await counter.takeBack?.('key', 1)).toBe(0);
    expect(await counter.delete('key')).toBe(false);
  });

  it('knows from its points that it deleted a row, whose time is over by that', async () => {
    const deleted = { ...row, points: 60_000, time_left: -1 };
    const { counter } = await someStorage(answering('SELECT', [deleted]));
    expect(await counter.delete('key')).toBe(true);
  });

  it('writes counters without a value', async () => {
    const { pool, counter } = await someStorage();
    await counter.block('key', 60);
    expect(pool.uses[0]?.asked[1]?.sql).toMatch(/VALUES \(_ascii X'\w+', NULL, 4, /);
  });

  it('locks rows in the order of their keys, in whichever they are asked for', async () => {
    const { pool, store } = await someStorage();
    await Promise.all(['b', 'c', 'a'].map((key) => store.set(key, 'value', 1000)));
    const { sql = '' } = pool.uses[0]?.asked[1] ?? {};
    const keys = [...sql.matchAll(/\(_ascii X'(..)'/g)].map(([, hex]) => hex);
    expect(keys).toEqual(['61', '62', '63']);
  });

  it.each([
    ['table_missing', [1049, 1146]],
    ['table_outdated', [1048, 1054, 1264, 1265, 1364, 1366, 1406]],
  ])('F34: knows by the error that the problem is %s', async (code, numbers) => {
    for (const errno of numbers) {
      const { store } = await someStorage(answering('SELECT', failure(errno)));
      await expect(store.get('key')).rejects.toMatchObject({ code });
    }
  });

  it.each([
    ['another primary key', ['id', 'points', 'expires_at']],
    ['a primary key of two columns', ['storage_key', 'value', 'points', 'expires_at']],
    ['smaller numbers', ['storage_key', 'points']],
  ])('F34: refuses a table with %s', async (_what, columns) => {
    const pool = new FakePool();
    pool.answer = (sql) =>
      sql.startsWith('SHOW COLUMNS')
        ? columns.map((Field) => ({ Field: Buffer.from(Field) }))
        : answerCheck(sql);
    const error = await thrownBy(StoreError, () => onMysql(pool).store.get('key'));
    expect(error.code).toBe('table_outdated');
  });

  it.each<[string, object]>([
    ['broke or could not be made', { code: 'ECONNREFUSED', errno: -111, fatal: true }],
    ['does not answer', { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }],
  ])('publishes an event once a minute when a connection %s', async (_what, details) => {
    const events = listenToEvents();
    const lost = Object.assign(new Error('no database'), details);
    const { store } = await someStorage(() => lost);
    for (let time = 0; time < 2; time += 1) await expect(store.get('key')).rejects.toBe(lost);
    expect(events).toEqual([
      { name: 'storage_connection_failed', storage: 'MySQL', problem: 'no database' },
    ]);
  });

  it('passes on an error of a statement as it is, without an event', async () => {
    const events = listenToEvents();
    const error = failure(1290);
    const { store } = await someStorage(() => error);
    await expect(store.get('key')).rejects.toBe(error);
    expect(events).toEqual([]);
  });

  it('F35: deletes expired rows by their keys, until a batch is not full', async () => {
    stopTimers();
    const batch = Array.from({ length: 500 }, () => ({ storage_key: 'expired' }));
    const found = [batch, [{ storage_key: 'last' }], []];
    const { pool, store } = await someStorage((sql) => sql.startsWith('SELECT') && found.shift());
    await store.set('key', 'value', 1000);
    await vi.advanceTimersByTimeAsync(20 * second);
    const deletion = ['ROLLBACK AND CHAIN', 'DELETE', 'COMMIT'];
    expect(pool.statements).toEqual([replace, read, deletion, read, deletion]);
    const texts = pool.uses.flatMap(({ asked }) => asked.map(({ sql }) => sql));
    expect(texts.filter((sql) => sql.endsWith('LIMIT 500'))).toHaveLength(2);
    expect(texts.at(-2)).toContain("X'6c617374'");
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(pool.statements.slice(5)).toEqual([read]);
  });
});

describe('createTables', () => {
  it('creates the table with its index in one statement, in no transaction of the app', async () => {
    const pool = new FakePool();
    pool.answer = (sql) => (sql.includes('distinct_keys') ? failure(1146) : answerCheck(sql));
    await createTables(pool, { schema: 'shop', table: 'logins' });
    expect(pool.statements).toEqual([read, ['ROLLBACK', 'CREATE']]);
    const [, { asked } = { asked: [] }] = pool.uses;
    expect(asked[1]?.sql).toMatch(/^CREATE TABLE IF NOT EXISTS `shop`\.`logins` \([^;]+INDEX/);
  });

  it('creates nothing where the table is there', async () => {
    const pool = new FakePool();
    await createTables(pool);
    expect(pool.statements).toEqual([['ROLLBACK', 'SELECT', 'SHOW']]);
  });

  it.each([
    ['table_outdated', 1054],
    ['store_failed', 1142],
  ])('F34: fails with %s and creates nothing if the check does', async (code, errno) => {
    const pool = new FakePool();
    pool.answer = answering('SELECT', failure(errno));
    await expect(createTables(pool)).rejects.toMatchObject({
      code,
      cause: { message: 'errno …' },
    });
    expect(pool.statements).toEqual([read]);
  });
});
