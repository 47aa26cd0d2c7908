// What the app does with connections of the pool that storage uses too.
import { describe, expect, test } from 'vitest';
import { createTables, onMysql } from '../../../lib/mysql.js';
import { storageDeadline, timers } from '../../../lib/timers.js';
import { connectMysql, emptyDatabase, hasMariadb, sharedMariadb } from '../../fixtures/mysql.js';
import { withoutMariadb } from '../../left-out/lacking.js';

const options = { keyPrefix: 'tries', points: 5, duration: 60 };

describe.skipIf(!hasMariadb)(`A pool of mysql2 that the app uses too${withoutMariadb}`, () => {
  const server = sharedMariadb();

  /** Storage on the one connection of the app's pool, and on a pool of another process. */
  async function someStorage() {
    const database = await emptyDatabase(server());
    const pool = connectMysql(server(), { database, connectionLimit: 1 }).promise();
    await createTables(pool);
    await pool.query('CREATE TABLE orders (id int)');
    const anotherPool = connectMysql(server(), { database }).promise();
    const others = onMysql(anotherPool);
    return {
      ...onMysql(pool),
      others: { ...others, counter: others.limiter(options), pool: anotherPool },
      pool,
      /** The app runs statements, and returns the connection as it is then. */
      async leave(...statements: readonly string[]) {
        const connection = await pool.getConnection();
        for (const statement of statements) await connection.query(statement);
        connection.release();
      },
    };
  }

  test.each([
    ['a transaction open', 'START TRANSACTION'],
    ['autocommit off', 'SET autocommit = 0'],
  ])(
    'keeps what is written on a connection with %s, and the app does not',
    async (_what, begin) => {
      const { store, limiter, others, pool, leave } = await someStorage();
      await store.get('the table is checked');
      await leave(begin, 'INSERT INTO orders VALUES (1)');
      await limiter(options).block('alice', 60);
      await leave('ROLLBACK');
      await leave(begin);
      await limiter(options).consume('bob');
      await leave('ROLLBACK');
      await leave(begin);
      await store.set('key', '"value"', 60_000);
      await leave('ROLLBACK');
      expect((await others.counter.get('alice'))?.consumedPoints).toBe(6);
      expect((await others.counter.get('bob'))?.consumedPoints).toBe(1);
      expect(await others.store.get('key')).toBe('"value"');
      expect((await pool.query('SELECT * FROM orders'))[0]).toEqual([]);
    },
  );

  test("loses no count by a rollback of the app's on another connection", async () => {
    const { others, pool, leave } = await someStorage();
    const connection = await pool.getConnection();
    await connection.query('START TRANSACTION');
    await others.counter.consume('alice');
    await connection.query('ROLLBACK');
    connection.release();
    await leave('COMMIT');
    expect((await others.counter.get('alice'))?.consumedPoints).toBe(1);
  });

  test('reads what others have written since a transaction of the app began', async () => {
    const { store, limiter, others, leave } = await someStorage();
    await store.get('the table is checked');
    await leave('START TRANSACTION', 'SELECT * FROM orders');
    await others.counter.consume('alice');
    expect((await limiter(options).get('alice'))?.consumedPoints).toBe(1);
  });

  test('leaves the app no transaction in which it would read what was there before', async () => {
    const { store, others, pool, leave } = await someStorage();
    await leave('SET autocommit = 0');
    for (const read of [() => store.get('the table is checked'), () => store.get('key')]) {
      await pool.query('DELETE FROM orders');
      await leave('COMMIT');
      await read();
      await others.pool.query('INSERT INTO orders VALUES (1)');
      expect((await pool.query('SELECT * FROM orders'))[0]).toEqual([{ id: 1 }]);
      await leave('COMMIT');
    }
  });

  test('does nothing on a connection that comes after the login has given up', async () => {
    const { store, limiter, others, pool } = await someStorage();
    await store.get('the table is checked');
    const connection = await pool.getConnection();
    const late = [limiter(options).consume('alice'), store.get('key'), store.set('key', '1', 1000)];
    const answers = Promise.allSettled(late);
    await timers.delay(storageDeadline + 500);
    connection.release();
    for (const answer of await answers) {
      expect(answer).toMatchObject({
        reason: { message: 'The pool had no free connection in time' },
      });
    }
    expect(await others.counter.get('alice')).toBeNull();
    expect(await store.get('key')).toBeUndefined();
  });
});
