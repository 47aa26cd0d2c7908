import { EventEmitter } from 'node:events';
import { Client, Pool } from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError, StoreError } from '../../../lib/errors.js';
import {
  createTables,
  onPostgres,
  type PostgresClient,
  type PostgresPool,
} from '../../../lib/postgres.js';
import { storageDeadline, timers } from '../../../lib/timers.js';
import { minute, second, stopTimers } from '../../fixtures/clock.js';
import { listenToEvents } from '../../fixtures/events.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { listenToWarnings } from '../../fixtures/warnings.js';

const sqlState = (code: string) => Object.assign(new Error(`SQLSTATE ${code}`), { code });

type Asked = Parameters<PostgresClient['query']>[0];
type Answer = Partial<Awaited<ReturnType<PostgresClient['query']>>>;

/**
 * As much of a pool as is used; the real one is in test/integration/postgres*.test.ts. Answers the check of
 * the table by itself.
 */
function somePool(
  answers: readonly (Answer | Error)[],
  checked: Answer | Error = { rows: [{ distinct_keys: '2' }], rowCount: 1 },
) {
  const asked: Asked[] = [];
  const left = [...answers];
  const released: boolean[] = [];
  const client: PostgresClient = {
    query: async (statement) => {
      const isCheck = statement.text.includes('distinct_keys');
      if (!isCheck) asked.push(statement);
      const answer = isCheck ? checked : (left.shift() ?? {});
      if (answer instanceof Error) throw answer;
      return { rows: [], rowCount: null, ...answer };
    },
    getTransactionStatus: () => 'I',
    release: (destroy = false) => released.push(destroy),
    on: () => undefined,
    removeListener: () => undefined,
  };
  const pool: PostgresPool = {
    totalCount: 0,
    connect: async () => client,
    on: () => undefined,
    listenerCount: () => 1,
  };
  return { pool, client, asked, released };
}

describe.each([
  ['onPostgres', onPostgres],
  ['createTables', createTables],
])('%s', (_name, make) => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a connection string', 'postgres://localhost/test'],
    ['options of a pool', { connectionString: 'postgres://localhost/test' }],
    ['a Client, on which a transaction of the app could undo a count', new Client()],
    ['a promise of a pool', Promise.resolve(new Pool())],
    ['a wrapper without a count of connections', { connect: async () => new Client() }],
    ['the count of a pool, which gives no connections', { totalCount: 0 }],
  ])('refuses %s', async (_what, pool) => {
    const error = await thrownBy(ConfigurationError, () => Reflect.apply(make, undefined, [pool]));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('need a Pool of pg');
    expect(error.hint).toContain('Pass the pool itself');
  });

  it('refuses a name that is none', async () => {
    const { pool, asked } = somePool([]);
    const unfit = () => make(pool, { table: 'a;b' });
    expect((await thrownBy(ConfigurationError, unfit)).code).toBe('option_invalid');
    expect(asked).toEqual([]);
  });
});

describe('onPostgres', () => {
  it('adds an error listener to a pool that has none, and no second one', () => {
    const pool = new Pool();
    onTestFinished(() => pool.end());
    onPostgres(pool);
    onPostgres(pool, { table: 'other' });
    expect(pool.listenerCount('error')).toBe(1);
  });

  it('F34: says in the event that PostgreSQL cannot be reached', () => {
    const events = listenToEvents();
    const pool = new Pool();
    onTestFinished(() => pool.end());
    pool.on('error', () => {});
    onPostgres(pool);
    pool.emit('error', new Error('no database'), new Client());
    expect(events).toEqual([
      { name: 'storage_connection_failed', storage: 'PostgreSQL', problem: 'no database' },
    ]);
  });

  it('connects nowhere by itself', async () => {
    const { pool, asked } = somePool([]);
    onPostgres(pool);
    expect(asked).toEqual([]);
  });

  it('F34: fails a statement whose connection breaks, whose error event would end the process', async () => {
    const lost = new Error('Connection terminated unexpectedly');
    const { pool, client, released } = somePool([]);
    const events = new EventEmitter();
    Object.assign(client, {
      on: events.on.bind(events),
      removeListener: events.removeListener.bind(events),
      query: async () => {
        events.emit('error', new Error('An error event'));
        throw lost;
      },
    });
    await expect(onPostgres(pool).store.get('key')).rejects.toBe(lost);
    expect(released).toEqual([true]);
    expect(events.listenerCount('error')).toBe(0);
  });

  it.each(['40001', '40P01'])(
    'repeats what PostgreSQL rolled back (%s), and nothing else',
    async (code) => {
      const row = { storage_key: 'key', value: '"value"', points: null, time_left: '1000' };
      const answers = [sqlState(code), sqlState(code), { rows: [row] }, sqlState('57014')];
      const { pool, asked } = somePool(answers);
      const { store } = onPostgres(pool);
      expect(await store.get('key')).toBe('"value"');
      expect(asked).toHaveLength(3);
      await expect(store.get('key')).rejects.toMatchObject({ code: '57014' });
      expect(asked).toHaveLength(4);
    },
  );

  it.each([
    ['table_missing', ['42P01', '3F000']],
    ['table_outdated', ['42703', '42804', '42883', '22P02', '22001', '22003', '23502', '42P10']],
  ])('F34: knows by the error that the problem is %s', async (code, states) => {
    for (const state of states) {
      const { pool } = somePool([sqlState(state)]);
      await expect(onPostgres(pool).store.get('key')).rejects.toMatchObject({ code });
    }
  });

  it.each<[string, Error]>([
    ['no code', new Error('no code')],
    ['another code', sqlState('53300')],
    ['a number', Object.assign(new Error('no string'), { code: 42 })],
  ])('passes on an error of %s as it is', async (_what, error) => {
    const { pool } = somePool([error]);
    await expect(onPostgres(pool).store.get('key')).rejects.toBe(error);
  });

  it('F35: deletes expired rows until a batch is not full', async () => {
    stopTimers();
    const deleted = [{ rowCount: 500 }, { rowCount: 499 }, { rowCount: null }];
    const { pool, asked } = somePool([{}, ...deleted]);
    await onPostgres(pool).store.delete('key');
    await vi.advanceTimersByTimeAsync(20 * second);
    expect(asked.slice(1).map(({ values }) => values)).toEqual([[500], [500]]);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(asked).toHaveLength(4);
    expect(asked[3]?.text).toContain('SKIP LOCKED');
  });

  it.each<[string, (client: PostgresClient, isOpen: boolean) => void, readonly string[]]>([
    [
      'pg',
      (client, isOpen) => {
        client.getTransactionStatus = () => (isOpen ? 'T' : 'I');
      },
      [],
    ],
    [
      'pg before 8.21',
      (client) => {
        delete client.getTransactionStatus;
      },
      ['SELECT 1 WHERE now() <> statement_timestamp()'],
    ],
  ])(
    "rolls back a transaction of the app's before its own statement: %s",
    async (_version, set, asks) => {
      for (const isOpen of [true, false]) {
        const { pool, client, asked } = somePool([]);
        const { store } = onPostgres(pool);
        await store.get('the table is checked');
        asked.length = 0;
        set(client, isOpen);
        const query = client.query;
        client.query = async (statement) => {
          const answer = await query(statement);
          return asks.includes(statement.text) && isOpen ? { ...answer, rows: [{}] } : answer;
        };
        await store.get('key');
        const texts = asked.map(({ text }) => text);
        expect(texts.slice(0, -1)).toEqual([...asks, ...(isOpen ? ['ROLLBACK'] : [])]);
        expect(texts.at(-1)).toContain('storage_key');
      }
    },
  );

  it('asks nothing on a connection that comes after the login has given up', async () => {
    const { pool, asked, released } = somePool([]);
    const { store } = onPostgres(pool);
    await store.get('the table is checked');
    const { connect } = pool;
    pool.connect = async () => {
      await timers.delay(storageDeadline + 100);
      return connect();
    };
    await expect(store.get('key')).rejects.toThrow('no free connection in time');
    expect(asked).toHaveLength(1);
    expect(released).toEqual([false, false, false]);
  }, 15_000);

  it('keeps a connection that answers, and closes one that fails', async () => {
    const { pool, released } = somePool([{}, sqlState('57P01')]);
    const { store } = onPostgres(pool);
    await store.get('key');
    await expect(store.get('key')).rejects.toMatchObject({ code: '57P01' });
    expect(released).toEqual([false, false, true]);
  });

  it('lets no statement wait longer than a login does', async () => {
    const { pool, asked } = somePool([]);
    await onPostgres(pool).store.get('key');
    expect(asked.map(({ query_timeout: timeout }) => timeout)).toEqual([5000]);
  });
});

describe('createTables', () => {
  const missing = sqlState('42P01');

  it.each(['23505', '42P07', '42710'])(
    'tries again when another process creates the table at the same time (%s)',
    async (code) => {
      const warnings = listenToWarnings();
      const { pool, asked } = somePool([sqlState(code)], missing);
      await createTables(pool, { table: 'logins' });
      const created =
        /^CREATE TABLE IF NOT EXISTS "logins" [^;]+;\nCREATE INDEX IF NOT EXISTS "logins_/;
      expect(asked.map(({ text }) => created.test(text))).toEqual([true, true]);
      expect(warnings).toEqual([]);
    },
  );

  it('creates nothing where the table is there', async () => {
    const { pool, asked } = somePool([]);
    await createTables(pool);
    expect(asked).toEqual([]);
  });

  it.each([
    ['table_outdated', '42703'],
    ['store_failed', '42501'],
  ])('F34: fails with %s and creates nothing if the check does', async (code, state) => {
    const { pool, asked } = somePool([], sqlState(state));
    const thrown = await thrownBy(StoreError, () => createTables(pool));
    expect(thrown.code).toBe(code);
    expect(thrown.cause).toMatchObject({ code: state });
    expect(asked).toEqual([]);
  });
});
