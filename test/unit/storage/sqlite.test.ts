import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createTables, onSqlite, type SqliteConnection } from '../../../lib/sqlite.js';
import { deleteExpiredStatement } from '../../../lib/storage/sql/sqlite-statements.js';
import { tableOf } from '../../../lib/storage/sql/table.js';
import { minute, second, stopTimers } from '../../fixtures/clock.js';
import { drivers, type OpenOptions, someFile } from '../../fixtures/sqlite.js';
import { halfWaits } from '../../fixtures/waits.js';

/** The statements that begin a transaction on a connection from now on. */
function watchBegins(connection: SqliteConnection): () => readonly string[] {
  const exec = vi.spyOn(connection, 'exec');
  return () => exec.mock.calls.flat().filter((statement) => statement.startsWith('BEGIN'));
}

describe.each(drivers)('onSqlite with %s', (_title, { isMissing, open }) => {
  const test = it.skipIf(isMissing);

  /** Storage in a file of its own; `query` runs over the same connection. */
  async function someStorage(options?: OpenOptions) {
    const file = someFile();
    const connection = open(file, options);
    await createTables(connection);
    const { store, limiter } = onSqlite(connection);
    return {
      file,
      connection,
      store,
      counter: limiter({ keyPrefix: 'prefix', points: 1000, duration: 60 }),
      query: (statement: string) => connection.prepare(statement).all(),
    };
  }

  const count = (consumedPoints: number) => expect.objectContaining({ consumedPoints });

  test('takes back no more points than a counter has, and deletes it at zero', async () => {
    const { counter } = await someStorage();
    await counter.penalty('key', 3);
    expect(await counter.takeBack?.('key', 2)).toBe(2);
    expect(await counter.takeBack?.('key', 2)).toBe(1);
    expect(await counter.takeBack?.('key', 2)).toBe(0);
    expect(await counter.get('key')).toBeNull();
    expect(await counter.consume('key')).toMatchObject({ consumedPoints: 1 });
  });

  test('returns what is left of a block, and that a lock for good has no end', async () => {
    const { counter } = await someStorage();
    await counter.block('key', 90);
    const { consumedPoints, msBeforeNext = 0 } = (await counter.get('key')) ?? {};
    expect(consumedPoints).toBe(1001);
    expect(msBeforeNext).toBeGreaterThan(0);
    expect(msBeforeNext).toBeLessThanOrEqual(90 * second);
    await counter.block('key', 0);
    expect(await counter.get('key')).toEqual({ consumedPoints: 1001, msBeforeNext: -1 });
  });

  test('reads numbers where the app has chosen bigints', async () => {
    const { connection, counter } = await someStorage();
    const chosen = {
      exec: (statements: string) => connection.exec(statements),
      prepare: (text: string) => {
        const statement = connection.prepare(text);
        for (const name of ['safeIntegers', 'setReadBigInts']) {
          const choose: unknown = Reflect.get(statement, name);
          if (typeof choose === 'function') Reflect.apply(choose, statement, [true]);
        }
        return statement;
      },
    };
    const { limiter } = onSqlite(chosen);
    const other = limiter({ keyPrefix: 'prefix', points: 1, duration: 60 });
    await counter.penalty('key', 2);
    expect(await other.get('key')).toMatchObject({ consumedPoints: 2 });
  });

  test('writes what is asked at the same time once, or nothing of it', async () => {
    const { file, connection, store, counter, query } = await someStorage();
    // File change counter: bytes 24 to 27, one more with each transaction (SQLite, file format, 1.3.7).
    const transactions = () => readFileSync(file).readUInt32BE(24);
    await counter.get('key');
    const before = transactions();
    const all = await Promise.all([
      store.set('record', '"value"', 1000),
      ...['a', 'b', 'c'].map((key) => counter.consume(key)),
    ]);
    expect(all.slice(1)).toEqual([count(1), count(1), count(1)]);
    expect(transactions()).toBe(before + 1);
    connection.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON passport_modica_2fa
      WHEN NEW.storage_key = 'prefix:b' BEGIN SELECT RAISE(ABORT, 'refused'); END`);
    const refused = ['a', 'b', 'c'].map((key) => counter.consume(key));
    for (const each of refused) await expect(each).rejects.toThrow('refused');
    expect(query('SELECT sum(points) AS total FROM passport_modica_2fa')).toMatchObject([
      { total: 3 },
    ]);
  });

  test("fails closed while a transaction of the app's is open, so its rollback undoes no count", async () => {
    const { connection, counter, store } = await someStorage();
    expect(await counter.consume('key')).toMatchObject({ consumedPoints: 1 });
    connection.exec('BEGIN');
    for (const call of [() => store.get('key'), () => counter.consume('key')]) {
      await expect(call()).rejects.toMatchObject({
        name: 'StoreError',
        code: 'store_failed',
        hint: expect.stringContaining('Open a connection for onSqlite alone'),
      });
    }
    connection.exec('ROLLBACK');
    expect(await counter.consume('key')).toMatchObject({ consumedPoints: 2 });
  });

  test("counts outside of a transaction in which the app's own code asks", async () => {
    const { connection, counter } = await someStorage();
    connection.exec('BEGIN');
    const asked = counter.consume('key');
    connection.exec('ROLLBACK');
    expect(await asked).toMatchObject({ consumedPoints: 1 });
    expect(await counter.get('key')).toMatchObject({ consumedPoints: 1 });
  });

  test('waits for a writer without stopping the process, and then counts', async () => {
    const { file, counter } = await someStorage({ timeout: 0 });
    const other = open(file);
    other.exec('BEGIN IMMEDIATE');
    const asked = counter.consume('key');
    await delay(200);
    other.exec('COMMIT');
    expect(await asked).toMatchObject({ consumedPoints: 1 });
  });

  test('asks again after a random time below 20 ms while another writes', async () => {
    const { file, counter } = await someStorage({ timeout: 0 });
    const other = open(file);
    const waits = halfWaits(() => other.exec('COMMIT'));
    other.exec('BEGIN IMMEDIATE');
    expect(await counter.consume('key')).toMatchObject({ consumedPoints: 1 });
    expect(waits).toEqual([[10]]);
  });

  test('asks again while another process recovers the write-ahead log', async () => {
    const { connection, counter } = await someStorage();
    vi.spyOn(connection, 'exec').mockImplementationOnce(() => {
      throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY_RECOVERY' });
    });
    expect(await counter.consume('key')).toMatchObject({ consumedPoints: 1 });
  });

  test('begins as a writer where it reads and writes: another could write in between', async () => {
    const { connection } = await someStorage();
    const begins = watchBegins(connection);
    const { store } = onSqlite(connection);
    await Promise.all([store.get('key'), store.set('other', '"value"', 1000)]);
    await store.get('key');
    expect(begins()).toEqual(['BEGIN', 'BEGIN IMMEDIATE', 'BEGIN']);
  });

  test('waits for readers and writers of a file without write-ahead logging', async () => {
    const { file, connection, counter } = await someStorage({ timeout: 0 });
    const other = open(file);
    other.exec('BEGIN EXCLUSIVE');
    const asked = [counter.get('one'), counter.get('other')];
    await delay(200);
    other.exec('COMMIT');
    expect(await Promise.all(asked)).toEqual([null, null]);
    // A lock that a failed read left behind would hold up every writer.
    expect(await counter.consume('key')).toMatchObject({ consumedPoints: 1 });
    other.exec('DELETE FROM passport_modica_2fa');
    connection.exec('BEGIN EXCLUSIVE; COMMIT');
  });

  test('gives up before a login does, and has counted nothing', async () => {
    const { file, counter } = await someStorage({ timeout: 0 });
    const other = open(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(counter.consume('key')).rejects.toThrow('database is locked');
    other.exec('COMMIT');
    expect(await counter.consume('key')).toMatchObject({ consumedPoints: 1 });
  });

  test('F34: fails closed on a full disk, writes nothing of a batch, and works again with more space', async () => {
    const { connection, store, counter, query } = await someStorage();
    await counter.consume('key');
    const [pages] = query('PRAGMA page_count').map((row) => Reflect.get(Object(row), 'page_count'));
    connection.exec(`PRAGMA max_page_count = ${pages}`);
    const write = () =>
      Promise.all([counter.consume('key'), store.set('record', `"${'x'.repeat(50_000)}"`, 1000)]);
    await expect(write()).rejects.toThrow('database or disk is full');
    expect(await counter.get('key')).toMatchObject({ consumedPoints: 1 });
    connection.exec('PRAGMA max_page_count = 1000000');
    expect(await write()).toMatchObject([{ consumedPoints: 2 }, {}]);
  });

  test('F34: fails closed on a file that cannot be written', async () => {
    const { connection, counter } = await someStorage();
    await counter.consume('key');
    connection.exec('PRAGMA query_only = ON');
    await expect(counter.consume('key')).rejects.toThrow('readonly database');
    expect(await counter.get('key')).toMatchObject({ consumedPoints: 1 });
    connection.exec('PRAGMA query_only = OFF');
    expect(await counter.consume('key')).toMatchObject({ consumedPoints: 2 });
  });

  test('F34: fails closed after the connection is closed', async () => {
    const { connection, counter, store } = await someStorage();
    await counter.consume('key');
    connection.close();
    await expect(counter.consume('key')).rejects.toThrow(/not open|finalized/);
    await expect(store.get('key')).rejects.toThrow(/not open|finalized/);
  });

  test('F35: deletes what has expired from the file, phone numbers too, and nothing else', async () => {
    stopTimers();
    const { file, connection, store, counter, query } = await someStorage();
    connection.exec('PRAGMA secure_delete = ON');
    await store.set('expired', '"+64211234567"', 1);
    await store.set('kept', '"+64217654321"', minute);
    await counter.consume('key');
    await vi.waitFor(async () => expect(await store.get('expired')).toBeUndefined());
    expect(readFileSync(file, 'latin1')).toContain('+64211234567');
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(query('SELECT storage_key FROM passport_modica_2fa ORDER BY 1')).toMatchObject([
      { storage_key: 'kept' },
      { storage_key: 'prefix:key' },
    ]);
    expect(readFileSync(file, 'latin1')).not.toContain('+64211234567');
  });

  test('F35: finds what has expired by the index of times, and not by a look at every row', async () => {
    const { connection } = await someStorage();
    const { text, values } = deleteExpiredStatement(tableOf('sqlite'), 100);
    const plan = connection.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values);
    expect(JSON.stringify(plan)).toMatch(/INDEX passport_modica_2fa_expires_at \(expires_at</);
  });

  test('F35: deletes a hundred rows at a time, and yields to the event loop in between', async () => {
    stopTimers();
    const { connection, store, query } = await someStorage();
    connection.exec(`WITH RECURSIVE numbers (number) AS (
        SELECT 1 UNION ALL SELECT number + 1 FROM numbers LIMIT 250
      )
      INSERT INTO passport_modica_2fa SELECT 'key ' || number, 'value', NULL, 1 FROM numbers`);
    await store.delete('key');
    await vi.advanceTimersByTimeAsync(10 * second);
    const left = () => query('SELECT * FROM passport_modica_2fa').length;
    expect(left()).toBe(150);
    const begins = watchBegins(connection);
    await vi.advanceTimersByTimeAsync(second);
    expect(left()).toBe(0);
    expect(begins()).toHaveLength(2);
  });
});
