// Storage in SQLite, over a connection of the app's: `passport-modica-2fa/sqlite`.
import { StoreError } from '../errors.js';
import { deadlineIn, timers } from '../timers.js';
import { createTable } from './sql/create-table.js';
import type { Database } from './sql/database.js';
import { isWrite, type Operation, parseRows, type Row } from './sql/operation.js';
import { sqlStorage } from './sql/sql-storage.js';
import { refuseUnfit, type SqliteConnection } from './sql/sqlite-connection.js';
import { deleteExpiredStatement, type Statement, statementOf } from './sql/sqlite-statements.js';
import { checkStatement, type Table, type TableOptions, tableOf } from './sql/table.js';
import type { Storage } from './storage.js';

/**
 * Creates storage in a file of SQLite 3.35 or later: pending challenges, and the counters and claims that guard
 * them, in one table that the processes of one machine can share. Accepts an open database of `better-sqlite3`,
 * `node:sqlite` or `libsql` (without `syncUrl`, whose reads lag behind); `:memory:` is for one process. Create the
 * table with {@link createTables}, or with the statements that `npx passport-modica-2fa sql --dialect sqlite` prints.
 *
 * Open a connection for it alone. Calls made at the same time are one transaction, which is complete before any other
 * code runs, so it is never part of a `transaction()` of the app's. While a `BEGIN` of the app's is open on
 * the connection, every login fails closed, because a rollback would undo counts.
 *
 * While another process writes, SQLite waits for the connection's timeout and blocks the event loop. After that
 * storage retries for up to four seconds without blocking it. So choose a short timeout, and the journal mode WAL,
 * where writes are faster and reads never wait. Times are those of the machine's clock. Expired rows are deleted
 * every ten minutes.
 *
 * @example
 * const database = new Database('app.db', { timeout: 50 });
 * database.exec('PRAGMA journal_mode = WAL');
 * await createTables(database);
 * new ModicaTwoFactorStrategy({ ...onSqlite(database), username, password, destination }, verify)
 *
 * @throws {ConfigurationError} `option_invalid` if it is another kind of database, closed, read-only or too old,
 * or an option is wrong
 */
export function onSqlite(connection: SqliteConnection, options?: TableOptions): Storage {
  refuseUnfit(connection);
  return sqlStorage(new SqliteDatabase(connection, tableOf('sqlite', options)));
}

/**
 * Creates the table for {@link onSqlite}, if it does not exist.
 *
 * @example
 * await createTables(database)
 *
 * @throws {ConfigurationError} `option_invalid` if it is another kind of database, closed, read-only or too old,
 * or an option is wrong
 * @throws {StoreError} `table_missing` if the table cannot be created; `table_outdated`; `store_failed`
 */
export async function createTables(
  connection: SqliteConnection,
  options?: TableOptions,
): Promise<void> {
  refuseUnfit(connection);
  const database = new SqliteDatabase(connection, tableOf('sqlite', options));
  await createTable(database, (statements) =>
    database.transact('BEGIN IMMEDIATE', () => {
      for (const statement of statements) connection.exec(statement);
    }),
  );
}

/** Milliseconds of retries: less than a login waits for its storage. */
const patience = 4000;

/** Milliseconds between two attempts, at most. */
const pause = 20;

/** Expired rows of one DELETE, which blocks the event loop: 100 took 3 ms of CPU, 500 took 14 ms (2026-11-28, 2 cores). */
const batchSize = 100;

class SqliteDatabase implements Database {
  /**
   * By text. Kept after an error too: in libsql 0.5.29 a SELECT that failed with SQLITE_BUSY holds a lock until the
   * same statement runs again.
   */
  private readonly prepared = new Map<string, ReturnType<SqliteConnection['prepare']>>();

  constructor(
    private readonly connection: SqliteConnection,
    readonly table: Table,
  ) {}

  async run(operations: readonly Operation[]): Promise<ReadonlyMap<string, Row>> {
    return this.transact(operations.some(isWrite) ? 'BEGIN IMMEDIATE' : 'BEGIN', () => {
      const rows = operations.flatMap((operation) => this.all(statementOf(operation, this.table)));
      return new Map(parseRows(rows).map((row) => [row.storage_key, row]));
    });
  }

  async check(): Promise<unknown> {
    return this.transact('BEGIN', () => this.all({ text: checkStatement(this.table), values: [] }));
  }

  async deleteExpired(): Promise<boolean> {
    const statement = deleteExpiredStatement(this.table, batchSize);
    const deleted = await this.transact('BEGIN IMMEDIATE', () => this.all(statement));
    return deleted.length === batchSize;
  }

  /** By the message: SQLite has one code, SQLITE_ERROR, for everything that is wrong with a statement. */
  tableProblemOf(error: unknown) {
    const message = messageOf(error);
    if (message.includes('no such table')) return 'missing';
    return outdated.some((part) => message.includes(part)) ? 'outdated' : undefined;
  }

  /** Retries while another connection has locked the file: nothing has been written then. */
  async transact<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', action: () => T): Promise<T> {
    for (const isLate = deadlineIn(patience); ; ) {
      try {
        return this.transactOnce(begin, action);
      } catch (error) {
        if (!isBusy(error) || isLate()) throw error;
      }
      await timers.delay(Math.random() * pause);
    }
  }

  /** Synchronous, so that no other code runs within the transaction. */
  private transactOnce<T>(begin: string, action: () => T): T {
    try {
      this.connection.exec(begin);
    } catch (error) {
      throw messageOf(error).includes('within a transaction') ? transactionOpen() : error;
    }
    try {
      const result = action();
      this.connection.exec('COMMIT');
      return result;
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  private rollBack(): void {
    try {
      this.connection.exec('ROLLBACK');
    } catch {
      // SQLite itself rolls back after some errors, such as SQLITE_FULL.
    }
  }

  private all({ text, values }: Statement): unknown[] {
    let statement = this.prepared.get(text);
    if (statement === undefined) {
      statement = this.connection.prepare(text);
      this.prepared.set(text, statement);
    }
    return statement.all(...values);
  }
}

/** Parts of SQLite's messages about a column, and about a key that is not unique. */
const outdated = ['no such column', 'has no column named', 'ON CONFLICT clause does not match'];

const messageOf = (error: unknown) => String(Reflect.get(Object(error), 'message'));

/** SQLITE_BUSY and its extended codes: by name, or in `errcode` of node:sqlite, whose lowest byte is 5. */
function isBusy(error: unknown): boolean {
  const property = (name: string): unknown => Reflect.get(Object(error), name);
  return (
    String(property('code')).startsWith('SQLITE_BUSY') || (Number(property('errcode')) & 0xff) === 5
  );
}

function transactionOpen(): StoreError {
  return new StoreError('store_failed', {
    problem: 'The app has a transaction open on the SQLite connection of onSqlite.',
    hint: 'Open a connection for onSqlite alone: a rollback would undo its counts.',
  });
}
