// The entry point passport-modica-2fa/mysql.
export { createTables, onMysql } from './storage/mysql.js';
export type {
  MysqlCallbackPool,
  MysqlPool,
  MysqlPromisePool,
} from './storage/sql/mysql-pool.js';
export type { TableOptions } from './storage/sql/table.js';
