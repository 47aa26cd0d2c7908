// The entry point passport-modica-2fa/sqlite.
export type { SqliteConnection } from './storage/sql/sqlite-connection.js';
export type { TableOptions } from './storage/sql/table.js';
export { createTables, onSqlite } from './storage/sqlite.js';
