// Checks the table, and says what is wrong with it.
import { storageDeadline, withDeadline } from '../../timers.js';
import type { Database } from './database.js';
import { keepsKeysApart, tableMissing, tableOutdated } from './table.js';

/** Checks the table before its first use, and again after an error. */
export class CheckedTable {
  private checked: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  async use<T>(action: () => Promise<T>): Promise<T> {
    try {
      this.checked ??= withDeadline(
        storageDeadline,
        () => checkTable(this.database),
        () => new Error('The database did not answer'),
      );
      await this.checked;
      return await action();
    } catch (error) {
      this.checked = undefined;
      throw explained(this.database, error);
    }
  }
}

/** Rejects with the driver's error where the table is missing or another version's: `explained` says which. */
export async function checkTable(database: Database): Promise<void> {
  if (keepsKeysApart(await database.check())) return;
  throw tableOutdated(
    database.table,
    'ignores case in its keys, so one would be taken for another',
  );
}

/** The problem with the table that an error of the driver shows; any other error as it is. */
export function explained(database: Database, error: unknown): unknown {
  const { table } = database;
  const problem = database.tableProblemOf(error);
  if (problem === 'missing') return tableMissing(table);
  if (problem === 'outdated')
    return tableOutdated(table, 'is not defined as this version needs it', error);
  return error;
}
