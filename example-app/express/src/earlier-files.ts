import type Database from 'libsql';
import { sqliteUsersTable } from './tables.js';

type Handle = InstanceType<typeof Database>;

/** SQLite cannot drop a NOT NULL (of "mobile") without a new table. */
const renewUsers = [
  'ALTER TABLE users RENAME TO earlier_users',
  sqliteUsersTable,
  'INSERT INTO users (id, username, password_hash, password_version, mobile) SELECT id, username, password_hash, %version, mobile FROM earlier_users',
  // The ids of deleted users must not be used again either, not even where no other user is left.
  "DELETE FROM sqlite_sequence WHERE name = 'users'",
  "UPDATE sqlite_sequence SET name = 'users' WHERE name = 'earlier_users'",
  'DROP TABLE earlier_users',
];

const supportColumns = `
  ALTER TABLE activity ADD COLUMN actor TEXT;
  ALTER TABLE activity ADD COLUMN subject TEXT`;

/** Gives the tables of an earlier release's file the columns that they lack. */
export function renewEarlierFile(database: Handle): void {
  // An immediate transaction, or two processes that start together would both renew the tables.
  database
    .transaction(() => {
      if (hasColumn(database, 'users', 'id') && !hasColumn(database, 'users', 'role')) {
        const version = hasColumn(database, 'users', 'password_version') ? 'password_version' : '1';
        for (const statement of renewUsers) database.exec(statement.replace('%version', version));
      }
      if (hasColumn(database, 'activity', 'id') && !hasColumn(database, 'activity', 'actor')) {
        database.exec(supportColumns);
      }
    })
    .immediate();
}

function hasColumn(database: Handle, table: string, column: string): boolean {
  const found = database
    .prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?')
    .get(table, column);
  return found !== undefined;
}
