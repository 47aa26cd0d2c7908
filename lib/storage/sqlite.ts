// Storage in SQLite, over a connection of the app's: `passport-modica-2fa/sqlite`.
import { z } from 'zod';
import { ConfigurationError, plainCause, StoreError } from '../errors.js';
import { timers } from '../timers.js';
import { type Operation, parseRows, type Row } from './sql/operation.js';
import { type Database, sqlStorage } from './sql/sql-storage.js';
import { deleteExpiredStatement, type Statement, statementOf } from './sql/sqlite-statements.js';
import {
  checkStatement,
  createTableStatements,
  type Table,
  type TableOptions,
  tableOf,
} from './sql/table.js';
import type { Storage } from './storage.js';

/**
 * Creates storage in a file of SQLite 3.35 or later: pending challenges, and the counters and claims that guard
 * them, in one table that the processes of one machine can share. Accepts an open database of `better-sqlite3`,
 * `node:sqlite` or `libsql` (without `syncUrl`, whose reads lag behind). Create the table with
 * {@link createTables}, or with the statements that `npx passport-modica-2fa sql --dialect sqlite` prints.
 *
 * Open a connection for it alone. What is asked at the same time is one transaction, in which nothing is awaited:
 * no other code can run in it, and it cannot run in a `transaction()` of the app's. But while a `BEGIN` of the
 * app's own is open on the connection, every login fails closed, because a rollback would undo counts.
 *
 * When another process is writing, SQLite waits for up to the connection's timeout, and nothing else runs in this
 * process meanwhile. Then storage tries again for up to four seconds without stopping the process. So choose a
 * short timeout, and write-ahead logging, where writes take less time and reads wait for none. Times are those of
 * the machine. What has expired is deleted every ten minutes.
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
 * Creates the table of {@link onSqlite} where there is none.
 *
 * @example
 * await createTables(database)
 */
export async function createTables(
  connection: SqliteConnection,
  options?: TableOptions,
): Promise<void> {
  refuseUnfit(connection);
  const table = tableOf('sqlite', options);
  await new SqliteDatabase(connection, table).transact('BEGIN IMMEDIATE', () => {
    for (const statement of createTableStatements(table)) connection.exec(statement);
  });
}

/** The part of a `Database` of `better-sqlite3` or `libsql`, or of a `DatabaseSync`, that is used. */
export interface SqliteConnection {
  exec(statements: string): unknown;
  prepare(statement: string): { all(...values: (string | number | null)[]): unknown[] };
}

function refuseUnfit(connection: SqliteConnection): void {
  const property = (name: string): unknown => Reflect.get(Object(connection), name);
  if (property('open') === false || property('isOpen') === false) {
    throw unfit('The SQLite database is closed.', 'Pass it while it is open.');
  }
  if (property('readonly') === true) {
    throw unfit('The SQLite database is read-only.', 'Open it without the option readonly.');
  }
  const version = versionOf(connection);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major * 1000 + minor < 3035) {
    throw unfit(`SQLite ${version} is too old.`, 'Use 3.35 or later, which has RETURNING.');
  }
}

const versionSchema = z.tuple([z.object({ version: z.string() })]);

function versionOf(connection: SqliteConnection): string {
  try {
    const rows = connection.prepare('SELECT sqlite_version() AS version').all();
    return versionSchema.parse(rows)[0].version;
  } catch (error) {
    throw unfit(
      'onSqlite and createTables need an open database of better-sqlite3, node:sqlite or libsql.',
      'Pass the Database or DatabaseSync itself: not an ORM, nor a client that answers with promises or callbacks (@libsql/client, sqlite3), for the app could use its connection in the middle of a transaction.',
      plainCause(error),
    );
  }
}

const unfit = (problem: string, hint: string, cause?: Error) =>
  new ConfigurationError('option_invalid', { problem, hint, cause });

/** Milliseconds for which something is tried again: less than a login waits for its storage. */
const patience = 4000;

/** Milliseconds in which others run: between two parts of a deletion, and at most between two attempts. */
const pause = 20;

/** Rows. Nothing else runs in this process meanwhile: 100 took 3 ms, 500 took 14 ms. */
const partOfDeletion = 100;

/** Not replaced by an app's fake timers, which would make it wait for ever. */
const elapsed = performance.now.bind(performance);

class SqliteDatabase implements Database {
  /** By their text. Kept after an error too: `libsql` releases the lock of a failed SELECT when it runs again. */
  private readonly prepared = new Map<string, ReturnType<SqliteConnection['prepare']>>();

  constructor(
    private readonly connection: SqliteConnection,
    readonly table: Table,
  ) {}

  async run(operations: readonly Operation[]): Promise<ReadonlyMap<string, Row>> {
    const isWriting = operations.some(({ kind }) => kind !== 'read');
    return this.transact(isWriting ? 'BEGIN IMMEDIATE' : 'BEGIN', () => {
      const rows = operations.flatMap((operation) => this.all(statementOf(operation, this.table)));
      return new Map(parseRows(rows).map((row) => [row.storage_key, row]));
    });
  }

  async check(): Promise<unknown> {
    return this.transact('BEGIN', () => this.all({ text: checkStatement(this.table), values: [] }));
  }

  async deleteExpired(limit: number): Promise<number> {
    const deletePart = () => this.all(deleteExpiredStatement(this.table, partOfDeletion));
    for (let deleted = 0; ; ) {
      const { length } = await this.transact('BEGIN IMMEDIATE', deletePart);
      deleted += length;
      if (length < partOfDeletion || deleted >= limit) return deleted;
      await timers.delay(pause);
    }
  }

  /** By the message: SQLite has one code, SQLITE_ERROR, for everything that is wrong with a statement. */
  tableProblemOf(error: unknown) {
    const message = messageOf(error);
    if (message.includes('no such table')) return 'missing';
    return outdated.some((part) => message.includes(part)) ? 'outdated' : undefined;
  }

  /** Tries again while another connection has the file locked: nothing has been written then. */
  async transact<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', action: () => T): Promise<T> {
    for (const since = elapsed(); ; ) {
      try {
        return this.transactOnce(begin, action);
      } catch (error) {
        if (!isBusy(error) || elapsed() - since > patience) throw error;
      }
      await timers.delay(Math.random() * pause);
    }
  }

  /** Awaits nothing, so that nothing else gets into the transaction. */
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
      // SQLite has done it already, as after SQLITE_FULL.
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

/** In messages of SQLite about a column, or about a key that is not unique. */
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
