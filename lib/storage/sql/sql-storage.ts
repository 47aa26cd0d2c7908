// A store and a limiter over one table of a database.
import type { Limiter, LimiterFactory, LimiterResult } from '../../limits/limiter.js';
import { deadlineIn, storageDeadline, withDeadline } from '../../timers.js';
import type { Storage, Store } from '../storage.js';
import { Batches } from './batches.js';
import { ExpiredRows } from './expired-rows.js';
import { assertWritable, forever, isWrite, type Operation, type Row } from './operation.js';
import { keepsKeysApart, type Table, tableMissing, tableOutdated } from './table.js';

/** A database with the table, with one driver. */
export interface Database {
  readonly table: Table;
  /**
   * Does all operations, which are on different rows, or none of them; returns the rows by their keys. Where its pool
   * gives it a connection only when `isLate`, it throws instead: the login has failed by then. An unknown
   * count would lock its user, and the release of a lock could release the next one.
   */
  run(operations: readonly Operation[], isLate: () => boolean): Promise<ReadonlyMap<string, Row>>;
  /** Runs `checkStatement` and returns its rows. */
  check(): Promise<unknown>;
  /** Deletes up to that many rows whose time is over, and returns how many. */
  deleteExpired(limit: number): Promise<number>;
  /** What an error says about the table, by the error's code. */
  tableProblemOf(error: unknown): 'missing' | 'outdated' | undefined;
}

export function sqlStorage(database: Database): Storage {
  const expired = new ExpiredRows((limit) => database.deleteExpired(limit));
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

/** Checks the table before its first use, and again after an error. */
class CheckedTable {
  private checked: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  async use<T>(action: () => Promise<T>): Promise<T> {
    try {
      this.checked ??= withDeadline(
        storageDeadline,
        () => this.check(),
        () => new Error('The database did not answer'),
      );
      await this.checked;
      return await action();
    } catch (error) {
      this.checked = undefined;
      throw this.explained(error);
    }
  }

  private async check(): Promise<void> {
    const { database } = this;
    if (keepsKeysApart(await database.check())) return;
    throw tableOutdated(
      database.table,
      'ignores case in its keys, so one would be taken for another',
    );
  }

  private explained(error: unknown): unknown {
    const { table } = this.database;
    const problem = this.database.tableProblemOf(error);
    if (problem === 'missing') return tableMissing(table);
    if (problem === 'outdated')
      return tableOutdated(table, 'is not defined as this version needs it', error);
    return error;
  }
}
