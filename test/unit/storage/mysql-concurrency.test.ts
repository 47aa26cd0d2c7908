import { describe, expect, it } from 'vitest';
import { createTables, onMysql } from '../../../lib/mysql.js';
import {
  connectMysql,
  emptyDatabase,
  hasMariadb,
  runSql,
  sharedMariadb,
} from '../../fixtures/mysql.js';
import { withoutMariadb } from '../../left-out/lacking.js';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const shuffled = <T>(values: readonly T[]): readonly T[] =>
  values
    .map((value) => ({ value, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);

describe.skipIf(!hasMariadb).each([
  ['as it is by default', []],
  // The default of MariaDB 11.6.2 and later.
  ['with innodb_snapshot_isolation', ['--loose-innodb-snapshot-isolation=ON']],
])(`On a server %s${withoutMariadb}`, (_how, settings) => {
  const server = sharedMariadb(settings);

  /** Limiters of two processes. */
  async function twoStorages() {
    const database = await emptyDatabase(server());
    const pools = times(2, () => connectMysql(server(), { database }));
    await Promise.all(pools.map((pool) => createTables(pool)));
    return { storages: pools.map((pool) => onMysql(pool)), database };
  }

  async function deadlocks(): Promise<unknown> {
    const rows = await runSql(server(), ["SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'"]);
    return Reflect.get(Object(rows), 0);
  }

  it('two processes that count, take back and delete six keys in any order never wait for each other', async () => {
    const { storages } = await twoStorages();
    const before = await deadlocks();
    const worker = async ({ limiter }: (typeof storages)[number]) => {
      const counters = times(6, (index) =>
        limiter({ keyPrefix: `counter ${index}`, points: 1_000_000, duration: 60 }),
      );
      for (let round = 0; round < 20; round += 1) {
        await Promise.all(
          shuffled(counters).map((counter, index) => {
            if (index === 0) return counter.delete('key');
            return index === 1 ? counter.takeBack?.('key', 1) : counter.consume('key');
          }),
        );
      }
    };
    await Promise.all(storages.flatMap((storage) => times(20, () => worker(storage))));
    expect(await deadlocks()).toEqual(before);
  });

  it('each of two hundred counts of two processes is another number', async () => {
    const { storages } = await twoStorages();
    const counters = storages.map(({ limiter }) =>
      limiter({ keyPrefix: 'tries', points: 1000, duration: 60 }),
    );
    const results = await Promise.all(
      times(100, () => counters.map((counter) => counter.consume('alice'))).flat(),
    );
    expect(
      results.map(({ consumedPoints }) => consumedPoints).toSorted((one, other) => one - other),
    ).toEqual(times(200, (index) => index + 1));
  });

  it('two processes take back together no more points than there were', async () => {
    const { storages } = await twoStorages();
    const counters = storages.map(({ limiter }) =>
      limiter({ keyPrefix: 'tries', points: 1000, duration: 60 }),
    );
    await counters[0]?.penalty('alice', 30);
    const taken = await Promise.all(
      times(25, () => counters.map((counter) => counter.takeBack?.('alice', 1))).flat(),
    );
    expect(taken.filter((points) => points === 1)).toHaveLength(30);
    expect(taken.filter((points) => points === 0)).toHaveLength(20);
    expect(await counters[1]?.get('alice')).toBeNull();
  });
});
