// The entry point passport-modica-2fa/sqlite.
export type { TableOptions } from './storage/sql/table.js';
export { createTables, onSqlite, type SqliteConnection } from './storage/sqlite.js';
