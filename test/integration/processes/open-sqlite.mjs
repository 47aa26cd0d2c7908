/** How apps open a file with each driver. */
export const openSqlite = {
  async libsql(file) {
    const { default: Database } = await import('libsql');
    return new Database(file, { timeout: 50 });
  },
  async 'better-sqlite3'(file) {
    const { default: Database } = await import('better-sqlite3');
    return new Database(file, { timeout: 50 });
  },
  async 'node:sqlite'(file) {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA busy_timeout = 50');
    return database;
  },
};
