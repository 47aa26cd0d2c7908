// Storage in MySQL or MariaDB, over the app's own pool: `passport-modica-2fa/mysql`.
import { z } from 'zod';
import { createTable } from './sql/create-table.js';
import { batchSize, type Database } from './sql/database.js';
import { errnoOf, MysqlConnections, type MysqlPool, promisePoolOf } from './sql/mysql-pool.js';
import {
  columnsStatement,
  deleteExpiredStatement,
  expiredKeysStatement,
  readStatement,
  writeStatement,
} from './sql/mysql-statements.js';
import { isWrite, type Operation, parseRows, type Row } from './sql/operation.js';
import { sqlStorage } from './sql/sql-storage.js';
import {
  checkStatement,
  type Table,
  type TableOptions,
  type TableProblem,
  tableOf,
  tableOutdated,
} from './sql/table.js';
import type { Storage } from './storage.js';

/**
 * Creates storage in MySQL 8 or MariaDB 10.5 and later: pending challenges, and the counters and claims that
 * guard them, in one table. Accepts a pool of `mysql2` or `mysql2/promise`, with any options. Create the table
 * with {@link createTables}, or with the statements that `npx passport-modica-2fa sql --dialect mysql` prints.
 * The user needs SELECT, INSERT, UPDATE and DELETE on it.
 *
 * It is tested on MariaDB 10.11. On MySQL it has not been run: its statements use only what the manual of
 * MySQL 8 documents.
 *
 * Counts are written and read in one short transaction, on any connection of the pool. If the app has returned a
 * connection with its transaction open, that transaction is rolled back first, because it could undo a count later.
 * Times are those of the database. What has expired is deleted every ten minutes. The pool must connect to the
 * primary server: replicas lag behind, and a used code could be used again.
 *
 * While the database cannot be reached, every login fails closed, and logins resume when it is back.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...onMysql(pool), username, password, destination }, verify)
 *
 * @throws {ConfigurationError} `option_invalid` if it is not such a pool, or an option is wrong
 */
export function onMysql(pool: MysqlPool, options?: TableOptions): Storage {
  const connections = new MysqlConnections(promisePoolOf(pool));
  return sqlStorage(new MysqlDatabase(connections, tableOf('mysql', options)));
}

/**
 * Creates the table for {@link onMysql}, if it does not exist. The user needs CREATE on the database then; if the table
 * exists, SELECT on it is enough.
 *
 * @example
 * await createTables(pool)
 *
 * @throws {ConfigurationError} `option_invalid` if it is not such a pool, or an option is wrong
 * @throws {StoreError} `table_missing` if the table cannot be created; `table_outdated`; `store_failed`
 */
export async function createTables(pool: MysqlPool, options?: TableOptions): Promise<void> {
  const connections = new MysqlConnections(promisePoolOf(pool));
  await createTable(new MysqlDatabase(connections, tableOf('mysql', options)), (statements) =>
    connections.run(async (ask) => {
      for (const statement of statements) await ask(statement);
    }),
  );
}

class MysqlDatabase implements Database {
  constructor(
    private readonly connections: MysqlConnections,
    readonly table: Table,
  ) {}

  async run(
    operations: readonly Operation[],
    isLate: () => boolean,
  ): Promise<ReadonlyMap<string, Row>> {
    const read = readStatement(operations, this.table);
    const writes = operations.filter(isWrite);
    if (writes.length === 0) {
      return rowsOf(operations, await this.connections.run((ask) => ask(read), isLate));
    }
    const write = writeStatement(writes, this.table);
    const rows = await this.connections.transact(async (ask) => {
      await ask(write);
      // Of a row that is replaced nothing is read back. The others are locked until the transaction ends, so these are
      // its own counts.
      return operations.every(({ kind }) => kind === 'replace') ? [] : ask(read);
    }, isLate);
    return rowsOf(operations, rows);
  }

  async check(): Promise<unknown> {
    return this.connections.run(async (ask) => {
      const rows = await ask(checkStatement(this.table));
      const columns = columnsSchema.parse(await ask(columnsStatement(this.table)));
      // With another key, one row would become several, of which each counts from one. With smaller numbers,
      // and without the strict mode, times would be cut off, and every count over at once.
      if (columns.toSorted().join() !== 'expires_at,points,storage_key') {
        throw tableOutdated(this.table, 'has another primary key, or numbers other than bigint');
      }
      return rows;
    });
  }

  async deleteExpired(): Promise<boolean> {
    const statement = expiredKeysStatement(this.table, batchSize);
    const found = await this.connections.run((ask) => ask(statement));
    const keys = keysSchema.parse(found);
    if (keys.length > 0) {
      await this.connections.transact((ask) => ask(deleteExpiredStatement(this.table, keys)));
    }
    return keys.length === batchSize;
  }

  tableProblemOf(error: unknown) {
    return tableProblems.get(errnoOf(error));
  }
}

/** MySQL, 'Server Error Message Reference'. */
const tableProblems: ReadonlyMap<number, TableProblem> = new Map([
  // ER_BAD_DB_ERROR, ER_NO_SUCH_TABLE
  [1049, 'missing'],
  [1146, 'missing'],
  // ER_BAD_FIELD_ERROR: a column is missing
  [1054, 'outdated'],
  // ER_BAD_NULL_ERROR, ER_NO_DEFAULT_FOR_FIELD: one must have a value
  [1048, 'outdated'],
  [1364, 'outdated'],
  // ER_WARN_DATA_OUT_OF_RANGE, WARN_DATA_TRUNCATED, ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, ER_DATA_TOO_LONG: one is of
  // another type
  [1264, 'outdated'],
  [1265, 'outdated'],
  [1366, 'outdated'],
  [1406, 'outdated'],
]);

const keysSchema = z.array(
  z.object({ storage_key: z.string() }).transform((row) => row.storage_key),
);

const columnsSchema = z.array(
  z.object({ Field: z.coerce.string() }).transform(({ Field }) => Field),
);

/** The rows that operations return. */
function rowsOf(operations: readonly Operation[], found: unknown): ReadonlyMap<string, Row> {
  const rows = new Map(parseRows(found).map((row) => [row.storage_key, row]));
  const returned = operations.flatMap(({ kind, key }): readonly [string, Row][] => {
    const row = rows.get(key);
    if (row === undefined) return [];
    const value = row.value === null ? null : Buffer.from(row.value, 'hex').toString();
    if (kind === 'read') return row.time_left > 0 ? [[key, { ...row, value }]] : [];
    // One that was over already has no points; a deleted one has the time that was left.
    if (row.points === null) return [];
    return [[key, kind === 'delete' ? { ...row, time_left: row.points } : row]];
  });
  return new Map(returned);
}
