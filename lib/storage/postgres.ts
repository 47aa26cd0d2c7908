// Storage in PostgreSQL, over the app's own pool: `passport-modica-2fa/postgres`.
import { ConfigurationError } from '../errors.js';
import { storageDeadline } from '../timers.js';
import { reportErrors } from './connection-errors.js';
import { createTable } from './sql/create-table.js';
import { batchSize, type Database } from './sql/database.js';
import { type Operation, parseRows, type Row } from './sql/operation.js';
import { deleteExpiredStatement, statementOf } from './sql/postgres-statements.js';
import { repeatRolledBack } from './sql/rolled-back.js';
import { sqlStorage } from './sql/sql-storage.js';
import {
  checkStatement,
  type Table,
  type TableOptions,
  type TableProblem,
  tableOf,
} from './sql/table.js';
import type { Storage } from './storage.js';

/**
 * Creates storage in PostgreSQL 12 or later: pending challenges, and the counters and claims that guard
 * them, in one table. Create the table with {@link createTables}, or with the statements that
 * `npx passport-modica-2fa sql --dialect postgres` prints. The role needs SELECT, INSERT, UPDATE and DELETE on it.
 *
 * Each statement is a transaction of its own, on any connection of the pool. If the app has returned a connection
 * with its transaction open, that transaction is rolled back first, because it could undo a count later; before pg
 * 8.21 this takes one more query for each statement. Times are those of the database. What has expired is deleted
 * every ten minutes.
 *
 * While PostgreSQL cannot be reached, every login fails closed, and logins resume when it is back. A connection that
 * does not answer for five seconds is replaced; set the pool's `connectionTimeoutMillis`, or new ones are waited for
 * without limit. The pool must connect to the primary server: on a hot standby every login fails.
 *
 * A pool without an `error` listener would end the process when an idle connection breaks. This function adds one,
 * which publishes the event `storage_connection_failed` and, if the app has none of its own, warns with
 * `process.emitWarning` and the code `DATABASE_UNREACHABLE`, both at most once a minute.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...onPostgres(pool), username, password, destination }, verify)
 *
 * @throws {ConfigurationError} `option_invalid` if it is not a pool of `pg`, or an option is wrong
 */
export function onPostgres(pool: PostgresPool, options?: TableOptions): Storage {
  refuseUnfit(pool);
  reportErrors(pool, 'PostgreSQL');
  return sqlStorage(new PostgresDatabase(pool, tableOf('postgres', options)));
}

/**
 * Creates the table for {@link onPostgres}, if it does not exist. The role needs CREATE on the schema then; if the table
 * exists, SELECT on it is enough.
 *
 * @example
 * await createTables(pool)
 *
 * @throws {ConfigurationError} `option_invalid` if it is not a pool of `pg`, or an option is wrong
 * @throws {StoreError} `table_missing` if the table cannot be created; `table_outdated`; `store_failed`
 */
export async function createTables(pool: PostgresPool, options?: TableOptions): Promise<void> {
  refuseUnfit(pool);
  // Two processes at once: `IF NOT EXISTS` looks before it creates, and the second one fails with
  // unique_violation, duplicate_table or duplicate_object.
  const isCreatedElsewhere = (error: unknown) =>
    ['23505', '42P07', '42710'].includes(codeOf(error));
  await createTable(new PostgresDatabase(pool, tableOf('postgres', options)), (statements) => {
    // One query is one transaction, which leaves no table without its index (PostgreSQL, 'Multiple Statements in a Simple Query').
    const text = statements.join(';\n');
    return repeatRolledBack(
      () => withClient(pool, (client) => client.query({ text })),
      isCreatedElsewhere,
    );
  });
}

/** The part of a `Pool` of the `pg` package that is used. */
export interface PostgresPool {
  readonly totalCount: number;
  connect(): Promise<PostgresClient>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  listenerCount(event: string): number;
}

/** The part of a `PoolClient` of the `pg` package that is used. */
export interface PostgresClient {
  query(statement: {
    readonly text: string;
    /** Omitted, the statement is sent as a simple query. */
    readonly values?: unknown[];
    /** Milliseconds. */
    readonly query_timeout?: number;
  }): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
  /** Returns 'I' if no transaction is open. pg has this method since 8.21. */
  getTransactionStatus?(): string | null;
  release(destroy?: boolean): void;
  on(event: 'error', listener: () => void): unknown;
  removeListener(event: 'error', listener: () => void): unknown;
}

function refuseUnfit(pool: unknown): void {
  const property = (name: string): unknown => Reflect.get(Object(pool), name);
  const isPool =
    typeof property('totalCount') === 'number' && typeof property('connect') === 'function';
  if (isPool) return;
  throw new ConfigurationError('option_invalid', {
    problem: 'onPostgres and createTables need a Pool of pg.',
    hint: 'Pass the pool itself, not one of its clients: a transaction of yours on that client could undo a count.',
  });
}

class PostgresDatabase implements Database {
  constructor(
    private readonly pool: PostgresPool,
    readonly table: Table,
  ) {}

  async run(
    operations: readonly Operation[],
    isLate: () => boolean,
  ): Promise<ReadonlyMap<string, Row>> {
    const { text, values } = statementOf(operations, this.table);
    const { rows } = await repeatRolledBack(
      () => this.query(text, values, isLate),
      // serialization_failure and deadlock_detected (PostgreSQL, appendix A).
      (error) => ['40001', '40P01'].includes(codeOf(error)),
    );
    return new Map(parseRows(rows).map((row) => [row.storage_key, row]));
  }

  async check(): Promise<unknown> {
    return (await this.query(checkStatement(this.table), [])).rows;
  }

  async deleteExpired(): Promise<boolean> {
    const { rowCount } = await this.query(deleteExpiredStatement(this.table), [batchSize]);
    return rowCount === batchSize;
  }

  private query(text: string, values: unknown[], isLate?: () => boolean) {
    const statement = { text, values, query_timeout: storageDeadline };
    return withClient(this.pool, (client) => client.query(statement), isLate);
  }

  tableProblemOf(error: unknown) {
    return tableProblems.get(codeOf(error));
  }
}

/** The pool replaces a connection that fails or does not answer, instead of waiting until TCP gives it up. */
async function withClient<T>(
  pool: PostgresPool,
  action: (client: PostgresClient) => Promise<T>,
  isLate = () => false,
): Promise<T> {
  const client = await pool.connect();
  if (isLate()) {
    client.release();
    throw new Error('The pool had no free connection in time');
  }
  // The query is rejected as well, and an event without a listener would end the process.
  client.on('error', ignore);
  try {
    if (await isInTransaction(client)) await askAtOnce(client, 'ROLLBACK');
    const result = await action(client);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  } finally {
    client.removeListener('error', ignore);
  }
}

const ignore = () => undefined;

/** By its start, which in a simple query is that of the transaction, unless one was open before. */
async function isInTransaction(client: PostgresClient): Promise<boolean> {
  if (client.getTransactionStatus) return client.getTransactionStatus() !== 'I';
  const { rows } = await askAtOnce(client, 'SELECT 1 WHERE now() <> statement_timestamp()');
  return rows.length > 0;
}

const askAtOnce = (client: PostgresClient, text: string) =>
  client.query({ text, query_timeout: storageDeadline });

/** PostgreSQL, appendix A. */
const tableProblems: ReadonlyMap<string, TableProblem> = new Map([
  // undefined_table, invalid_schema_name
  ['42P01', 'missing'],
  ['3F000', 'missing'],
  // undefined_column, datatype_mismatch
  ['42703', 'outdated'],
  ['42804', 'outdated'],
  // undefined_function, invalid_text_representation: the type of a column that the check compares
  ['42883', 'outdated'],
  ['22P02', 'outdated'],
  // string_data_right_truncation, numeric_value_out_of_range: a column that is too small
  ['22001', 'outdated'],
  ['22003', 'outdated'],
  // not_null_violation: a column that must have a value
  ['23502', 'outdated'],
  // invalid_column_reference: no primary key
  ['42P10', 'outdated'],
]);

/** The SQLSTATE of an error; none of ours is the empty string. */
function codeOf(error: unknown): string {
  return String(Reflect.get(Object(error), 'code') ?? '');
}
