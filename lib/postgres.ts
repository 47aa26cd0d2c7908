// The entry point passport-modica-2fa/postgres.
export {
  createTables,
  onPostgres,
  type PostgresClient,
  type PostgresPool,
} from './storage/postgres.js';
export type { TableOptions } from './storage/sql/table.js';
