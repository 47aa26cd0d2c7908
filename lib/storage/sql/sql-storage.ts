// A store and a limiter over one table of a database.
import type { Limiter, LimiterFactory, LimiterResult } from '../../limits/limiter.js';
import { deadlineIn, storageDeadline } from '../../timers.js';
import type { Storage, Store } from '../storage.js';
import { Batches } from './batches.js';
import { CheckedTable } from './checked-table.js';
import type { Database } from './database.js';
import { ExpiredRows } from './expired-rows.js';
import { assertWritable, forever, isWrite, type Operation, type Row } from './operation.js';

export function sqlStorage(database: Database): Storage {
  const expired = new ExpiredRows(() => database.deleteExpired());
  const table = new CheckedTable(database);
  const batches = new Batches(async (operations) => {
    const isLate = deadlineIn(storageDeadline);
    const rows = await table.use(() => database.run(operations, isLate));
    if (operations.some(isWrite)) expired.schedule();
    return rows;
  });
  const ask = async (operation: Operation) => {
    assertWritable(operation);
    return batches.ask(operation);
  };
  const store: Store = {
    get: async (key) => (await ask({ kind: 'read', key }))?.value,
    set: (key, value, ttl) =>
      ask({ kind: 'replace', key, value, points: null, lifetime: Math.ceil(ttl) }),
    delete: (key) => ask({ kind: 'delete', key }),
  };
  const limiter: LimiterFactory = ({ keyPrefix, points: limit, duration }) => {
    const keyOf = (key: string) => `${keyPrefix}:${key}`;
    const add = async (key: string, points: number) =>
      resultOf(await ask({ kind: 'add', key: keyOf(key), points, lifetime: lifetimeOf(duration) }));
    const counter: Limiter = {
      consume: async (key, points = 1) => {
        const result = await add(key, points);
        return result.consumedPoints > limit ? Promise.reject(result) : result;
      },
      penalty: (key, points = 1) => add(key, points),
      reward: (key, points = 1) => add(key, -points),
      block: async (key, seconds) => {
        const [points, lifetime] = [limit + 1, lifetimeOf(seconds)];
        await ask({ kind: 'replace', key: keyOf(key), value: null, points, lifetime });
        return { consumedPoints: points, msBeforeNext: lifetime === forever ? -1 : lifetime };
      },
      get: async (key) => {
        const row = await ask({ kind: 'read', key: keyOf(key) });
        return row ? resultOf(row) : null;
      },
      delete: async (key) => ((await ask({ kind: 'delete', key: keyOf(key) }))?.time_left ?? 0) > 0,
      takeBack: async (key, points) => {
        const row = await ask({ kind: 'takeBack', key: keyOf(key), points });
        if (row === undefined) return 0;
        const left = pointsOf(row);
        return Math.max(0, left < 0 ? points + left : points);
      },
    };
    return counter;
  };
  return { store, limiter };
}

const lifetimeOf = (seconds: number) => (seconds > 0 ? Math.ceil(seconds * 1000) : forever);

function resultOf(row: Row | undefined): LimiterResult {
  if (row === undefined) throw new Error('The database returned no row for a counter');
  const { time_left: left } = row;
  return { consumedPoints: pointsOf(row), msBeforeNext: left > forever / 2 ? -1 : left };
}

function pointsOf({ points }: Row): number {
  if (points === null) throw new Error('The database returned a counter without points');
  return points;
}
