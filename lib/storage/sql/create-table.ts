// Creates the table where there is none.
import { StoreError } from '../../errors.js';
import { storeFailed } from '../records.js';
import { checkTable, explained } from './checked-table.js';
import type { Database } from './database.js';
import { createTableStatements, tableNotCreated } from './table.js';

/**
 * Looks for the table before it creates one: `CREATE TABLE IF NOT EXISTS` requires the right to create even where
 * the table exists, and the app's role need not have it.
 *
 * @throws {StoreError} `table_outdated`; `table_missing` if it cannot be created; `store_failed` if the database
 * fails otherwise
 */
export async function createTable(
  database: Database,
  run: (statements: readonly string[]) => Promise<unknown>,
): Promise<void> {
  try {
    await checkTable(database);
    return;
  } catch (error) {
    const problem = explained(database, error);
    if (!(problem instanceof StoreError)) throw storeFailed(problem);
    if (problem.code !== 'table_missing') throw problem;
  }
  try {
    await run(createTableStatements(database.table));
  } catch (error) {
    throw tableNotCreated(database.table, error);
  }
}
