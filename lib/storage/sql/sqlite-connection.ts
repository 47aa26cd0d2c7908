// The connection that an app passes to onSqlite: what it must have, and what makes it unfit.
import { z } from 'zod';
import { ConfigurationError, plainCause } from '../../errors.js';

/** The part of a `Database` of `better-sqlite3` or `libsql`, or of a `DatabaseSync`, that is used. */
export interface SqliteConnection {
  exec(statements: string): unknown;
  // `unknown`, although only strings, numbers and null are passed: TypeScript 5.9 resolves the generic `prepare` of
  // better-sqlite3 and libsql to a statement whose values are `{}`, to which null is not assignable.
  prepare(statement: string): { all(...values: unknown[]): unknown[] };
}

/** @throws {ConfigurationError} `option_invalid` if it is another kind of database, closed, read-only or too old */
export function refuseUnfit(connection: SqliteConnection): void {
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
    // A driver that takes an array of values (node-sqlite3-wasm) returns no row here, and would write NULL instead of
    // all but the first.
    const rows = connection.prepare('SELECT sqlite_version() AS version WHERE ? < ?').all(1, 2);
    return versionSchema.parse(rows)[0].version;
  } catch (error) {
    throw unfit(
      'onSqlite and createTables need an open database of better-sqlite3, node:sqlite or libsql.',
      'Pass the Database or DatabaseSync itself: not an ORM, nor a client that answers with promises or callbacks (@libsql/client, sqlite3), because the app could use its connection in the middle of a transaction.',
      plainCause(error),
    );
  }
}

const unfit = (problem: string, hint: string, cause?: Error) =>
  new ConfigurationError('option_invalid', { problem, hint, cause });
