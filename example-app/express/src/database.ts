import {
  type Dialect,
  type Generated,
  type Insertable,
  Kysely,
  MysqlDialect,
  PostgresDialect,
  SqliteDialect,
} from 'kysely';
import Database from 'libsql';
import { createPool } from 'mysql2';
import { type Storage, inMemory as storageInMemory } from 'passport-modica-2fa';
import { createTables as createMysqlTables, onMysql } from 'passport-modica-2fa/mysql';
import { createTables as createPostgresTables, onPostgres } from 'passport-modica-2fa/postgres';
import { createTables as createSqliteTables, onSqlite } from 'passport-modica-2fa/sqlite';
import { Pool } from 'pg';
import { z } from 'zod';
import { renewEarlierFile } from './earlier-files.js';
import { createTables, type DatabaseKind } from './tables.js';

/** The app's own tables. Times are milliseconds since 1970. */
export interface Tables {
  users: {
    id: Generated<number>;
    username: string;
    password_hash: string;
    password_version: Generated<number>;
    mobile: string | null;
    role: Generated<string>;
  };
  payments: {
    id: Generated<number>;
    user_id: number;
    payee: string;
    amount: number;
    state: Generated<string>;
    changed_at: number;
  };
  recovery_codes: { user_id: number; hash: string };
  activity: {
    id: Generated<number>;
    user_id: number;
    happening: string;
    at: number;
    destination: string | null;
    actor: string | null;
    subject: string | null;
  };
  sessions: { id: string; data: string; expires_at: number };
}

/** One database for everything: users, payments, sessions, and the challenges and counters of the second factor. */
export interface AppDatabase {
  readonly kind: DatabaseKind;
  readonly tables: Kysely<Tables>;
  /** For challenges and counters, in the same database. */
  readonly storage: Storage;
  close(): Promise<void>;
}

/** The DATABASE_URL of SQLite's database without a file. */
export const inMemory = ':memory:';

/** @param url - `postgres://…`, `mysql://…`, or the path of a SQLite file. */
export async function openDatabase(url: string): Promise<AppDatabase> {
  if (/^postgres(ql)?:/.test(url)) return openPostgres(url);
  if (/^mysql:/.test(url)) return openMysql(url);
  return openSqlite(url);
}

async function openPostgres(url: string): Promise<AppDatabase> {
  const pool = new Pool({ connectionString: url });
  // In production, make a migration of what `npx passport-modica-2fa sql --dialect postgres` prints.
  await createPostgresTables(pool);
  return withTables('postgres', new PostgresDialect({ pool }), onPostgres(pool));
}

async function openMysql(url: string): Promise<AppDatabase> {
  const pool = createPool(url);
  await createMysqlTables(pool);
  return withTables('mysql', new MysqlDialect({ pool }), onMysql(pool));
}

async function openSqlite(file: string): Promise<AppDatabase> {
  const database = new Database(file, { timeout: busyTimeout });
  renewEarlierFile(database);
  writeAhead(database);
  const dialect = new SqliteDialect({ database });
  // Another connection to a database in memory would be another database.
  if (file === inMemory) return withTables('sqlite', dialect, storageInMemory());
  // A connection of its own: a transaction of the app's could undo a count.
  const own = new Database(file, { timeout: storageTimeout });
  await createSqliteTables(own);
  const opened = await withTables('sqlite', dialect, onSqlite(own));
  const close = async () => {
    await opened.close();
    own.close();
  };
  return { ...opened, close };
}

/**
 * Readers and one writer at a time do not wait for each other. The file keeps this mode. SQLite does not wait to
 * change it: while another process writes, the change is left to the next start.
 */
function writeAhead(database: InstanceType<typeof Database>): void {
  try {
    database.exec('PRAGMA journal_mode = WAL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')) throw error;
  }
}

/** Milliseconds to wait while another process writes. The default fails at once. */
const busyTimeout = 5000;

/** The same for challenges and counters: SQLite stops the process meanwhile, and they are tried again. */
const storageTimeout = 50;

async function withTables(
  kind: DatabaseKind,
  dialect: Dialect,
  storage: Storage,
): Promise<AppDatabase> {
  const tables = new Kysely<Tables>({ dialect });
  await createTables(kind, tables);
  return { kind, tables, storage, close: () => tables.destroy() };
}

/** Whether a row was not inserted because there is one with the same key. */
export function isDuplicate(error: unknown): boolean {
  const code = String(Reflect.get(Object(error), 'code'));
  return ['23505', 'ER_DUP_ENTRY'].includes(code) || code.startsWith('SQLITE_CONSTRAINT');
}

/** A column of milliseconds since 1970. PostgreSQL's driver returns bigints as strings. */
export const timeColumn = z.coerce.number().transform((time) => new Date(time));

/** Inserts a row and returns its new id; MySQL has no RETURNING. */
export async function insertedId(
  { kind, tables }: AppDatabase,
  table: 'payments',
  row: Insertable<Tables['payments']>,
): Promise<number> {
  const insertion = tables.insertInto(table).values(row);
  if (kind !== 'postgres') return Number((await insertion.executeTakeFirstOrThrow()).insertId);
  return (await insertion.returning('id').executeTakeFirstOrThrow()).id;
}
