import type { Pool } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { createTables, onPostgres } from '../../../lib/postgres.js';
import { deleteExpiredStatement } from '../../../lib/storage/sql/postgres-statements.js';
import { tableOf } from '../../../lib/storage/sql/table.js';
import { second, stopTimers } from '../../fixtures/clock.js';
import {
  connectPostgres,
  emptySchema,
  hasPostgres,
  sharedPostgres,
  withSettings,
} from '../../fixtures/postgres.js';
import { advanceTable } from '../../fixtures/shared-storage.js';
import { withoutPostgres } from '../../left-out/lacking.js';

const table = 'passport_modica_2fa';
const minute = 60;

/** Leaves PostgreSQL no other way to join. */
const nestedLoops = Object.fromEntries(
  ['hashjoin', 'mergejoin', 'material', 'hashagg', 'sort'].map((way) => [`enable_${way}`, 'off']),
);

/** Collects the SQLSTATE of each statement that fails over a new pool. */
function failuresOf(pool: Pool): readonly string[] {
  const codes: string[] = [];
  pool.on('connect', (client) => {
    const query = client.query.bind(client);
    Object.assign(client, {
      query: async (...statement: Parameters<typeof query>) => {
        try {
          return await query(...statement);
        } catch (error) {
          codes.push(String(Reflect.get(Object(error), 'code')));
          throw error;
        }
      },
    });
  });
  return codes;
}

const repeat = async (times: number, action: () => Promise<unknown>) => {
  for (let time = 0; time < times; time += 1) await action();
};

describe.skipIf(!hasPostgres)(`The rows in PostgreSQL${withoutPostgres}`, () => {
  const server = sharedPostgres();

  async function start() {
    const url = await emptySchema(server().url);
    // Over a pool of its own: it looks for the table first, in vain.
    await createTables(connectPostgres(url));
    const pools = [connectPostgres(url), connectPostgres(url)] as const;
    const failures = pools.map(failuresOf);
    const [pool] = pools;
    const storages = pools.map((each) => onPostgres(each));
    const [storage = onPostgres(pool)] = storages;
    const keys = async (): Promise<readonly string[]> => {
      const { rows } = await pool.query(`SELECT storage_key FROM ${table} ORDER BY storage_key`);
      return rows.map(({ storage_key: key }) => key);
    };
    /** Writes so many rows whose time is over. */
    const writeExpired = (count: number) =>
      pool.query(
        `INSERT INTO ${table} SELECT 'expired ' || number, '"+64211111111"', NULL, 0
         FROM generate_series(1, $1) AS number`,
        [count],
      );
    return { url, pool, storages, storage, failures, keys, writeExpired };
  }

  it('are written and read in one turn, however many they are', async () => {
    const { storage } = await start();
    const names = Array.from({ length: 120 }, (_, index) => `record ${index}`);
    await Promise.all(names.map((name) => storage.store.set(name, `"${name}"`, 60_000)));
    const found = await Promise.all(names.map((name) => storage.store.get(name)));
    expect(found).toEqual(names.map((name) => `"${name}"`));
  });

  it('F35: are deleted when they have expired, even if they are not read again', async () => {
    stopTimers();
    const { pool, storage, keys, writeExpired } = await start();
    await storage.store.set('brief', '"+64211111111"', 1000);
    const counter = storage.limiter({ keyPrefix: 'tries', points: 1, duration: minute });
    await counter.consume('brief');
    await counter.consume('taken back');
    await counter.takeBack?.('taken back', 1);
    await pool.query(advanceTable(minute * second));
    await storage.store.set('lasting', '"value"', 60_000);
    await storage.limiter({ keyPrefix: 'row', points: 1, duration: 0 }).consume('for ever');
    await writeExpired(1234);
    await vi.advanceTimersByTimeAsync(10 * second);
    // A poll that fails also advances the timers, by 50 ms.
    await expect.poll(keys).toEqual(['lasting', 'row:for ever']);
  });

  it.each([
    ['as PostgreSQL plans it', {}],
    ['as joins that select anew for each row', nestedLoops],
  ])('F35: are deleted no more at once than the limit, %s', async (_plan, settings) => {
    const { url, keys, writeExpired } = await start();
    await writeExpired(20);
    const pool = connectPostgres(withSettings(url, settings));
    const deletion = deleteExpiredStatement(tableOf('postgres'));
    expect((await pool.query(deletion, [5])).rowCount).toBe(5);
    expect(await keys()).toHaveLength(15);
  });

  it('F35: are found by the index of their times, and not by a look at every row', async () => {
    const { url } = await start();
    const pool = connectPostgres(withSettings(url, { enable_seqscan: 'off' }));
    const deletion = deleteExpiredStatement(tableOf('postgres')).replace('$1', '500');
    const { rows } = await pool.query(`EXPLAIN ${deletion}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Cond: \(expires_at <=/);
  });

  it('F35: are left alone by a deletion while a login has locked them', async () => {
    const { pool, keys, writeExpired } = await start();
    await writeExpired(3);
    const login = await pool.connect();
    await login.query(`BEGIN; SELECT * FROM ${table} WHERE storage_key = 'expired 2' FOR UPDATE`);
    await pool.query(deleteExpiredStatement(tableOf('postgres')), [500]);
    expect(await keys()).toEqual(['expired 2']);
    login.release(true);
  });

  it('are counted exactly while fifty workers add to them and take back, over two pools', async () => {
    const { storages, failures } = await start();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const expected = new Map(names.map((name) => [name, 0]));
    const change = (name: string, by: number) => expected.set(name, (expected.get(name) ?? 0) + by);
    const worker = async (index: number) => {
      const limiter = storages[index % 2]?.limiter;
      await repeat(20, () =>
        Promise.all(
          names
            .filter(() => Math.random() < 0.7)
            .map(async (name) => {
              const counter = limiter?.({ keyPrefix: name, points: 1e9, duration: minute });
              if (Math.random() < 0.6) {
                await counter?.penalty('key');
                change(name, 1);
              } else {
                change(name, -((await counter?.takeBack?.('key', 2)) ?? 0));
              }
            }),
        ),
      );
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => worker(index)));
    const counts = names.map(async (name) => {
      const counter = storages[0]?.limiter({ keyPrefix: name, points: 1e9, duration: minute });
      return [name, (await counter?.get('key'))?.consumedPoints ?? 0] as const;
    });
    expect(new Map(await Promise.all(counts))).toEqual(expected);
    expect(failures).toEqual([[], []]);
  });

  it('are locked in one order: fifty workers that add, take back, replace and delete never wait for each other', async () => {
    const { storages, failures } = await start();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const worker = async (index: number) => {
      const { limiter, store } = storages[index % 2] ?? {};
      const acts = names.map((name) => {
        const counter = limiter?.({ keyPrefix: name, points: 1e9, duration: minute });
        return [
          () => counter?.penalty('key'),
          () => counter?.takeBack?.('key', 1),
          () => counter?.delete('key'),
          () => counter?.block('key', 1),
          () => counter?.get('key'),
          () => store?.set(`${name}:record`, '"value"', 1000),
          () => store?.delete(`${name}:record`),
        ];
      });
      await repeat(20, () =>
        Promise.all(
          acts
            .flat()
            .filter(() => Math.random() < 0.3)
            .map((act) => act()),
        ),
      );
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => worker(index)));
    expect(failures).toEqual([[], []]);
  });
});
