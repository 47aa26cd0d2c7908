import { type Kysely, sql } from 'kysely';
import type { Tables } from './database.js';

export type DatabaseKind = 'postgres' | 'mysql' | 'sqlite';

/** What the databases write differently. */
const words = {
  postgres: {
    id: 'integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    key: 'text',
    time: 'bigint',
    index: '',
    end: '',
  },
  mysql: {
    id: 'integer AUTO_INCREMENT PRIMARY KEY',
    // An index cannot be on TEXT.
    key: 'varchar(191)',
    time: 'bigint',
    index: ', INDEX (user_id)',
    // By default MySQL's texts ignore case.
    end: 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  },
  sqlite: {
    // AUTOINCREMENT never reuses the id of a deleted user, which an old session may still hold.
    id: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    key: 'TEXT',
    time: 'INTEGER',
    index: '',
    end: 'STRICT',
  },
} as const satisfies Record<DatabaseKind, unknown>;

type Words = (typeof words)[DatabaseKind];

export const usersTable = ({ id, key, end }: Words) => `
  CREATE TABLE IF NOT EXISTS users (
    id ${id},
    username ${key} NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    password_version INTEGER NOT NULL DEFAULT 1,
    mobile TEXT,
    role ${key} NOT NULL DEFAULT 'user'
  ) ${end}`;

const otherTables = ({ id, key, time, index, end }: Words) => [
  `CREATE TABLE IF NOT EXISTS payments (
    id ${id},
    user_id INTEGER NOT NULL,
    payee TEXT NOT NULL,
    amount INTEGER NOT NULL,
    state ${key} NOT NULL DEFAULT 'draft',
    changed_at ${time} NOT NULL${index}
  ) ${end}`,
  `CREATE TABLE IF NOT EXISTS recovery_codes (
    user_id INTEGER NOT NULL,
    hash ${key} NOT NULL,
    PRIMARY KEY (user_id, hash)
  ) ${end}`,
  `CREATE TABLE IF NOT EXISTS activity (
    id ${id},
    user_id INTEGER NOT NULL,
    happening TEXT NOT NULL,
    at ${time} NOT NULL,
    destination TEXT,
    actor TEXT,
    subject TEXT${index}
  ) ${end}`,
  `CREATE TABLE IF NOT EXISTS sessions (
    id ${key} PRIMARY KEY,
    data TEXT NOT NULL,
    expires_at ${time} NOT NULL
  ) ${end}`,
];

const indexes = [
  'CREATE INDEX IF NOT EXISTS payments_of_user ON payments (user_id)',
  'CREATE INDEX IF NOT EXISTS activity_of_user ON activity (user_id, id)',
];

export async function createTables(kind: DatabaseKind, tables: Kysely<Tables>): Promise<void> {
  const statements = [
    usersTable(words[kind]),
    ...otherTables(words[kind]),
    ...(kind === 'mysql' ? [] : indexes),
  ];
  for (const statement of statements) await sql.raw(statement).execute(tables);
}

export const sqliteUsersTable = usersTable(words.sqlite);
