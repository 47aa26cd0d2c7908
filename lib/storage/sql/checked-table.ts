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
        () => this.check(),
        () => new Error('The database did not answer'),
      );
      await this.checked;
      return await action();
    } catch (error) {
      this.checked = undefined;
      throw this.explained(error);
    }
  }

  private async check(): Promise<void> {
    const { database } = this;
    if (keepsKeysApart(await database.check())) return;
    throw tableOutdated(
      database.table,
      'ignores case in its keys, so one would be taken for another',
    );
  }

  private explained(error: unknown): unknown {
    const { table } = this.database;
    const problem = this.database.tableProblemOf(error);
    if (problem === 'missing') return tableMissing(table);
    if (problem === 'outdated')
      return tableOutdated(table, 'is not defined as this version needs it', error);
    return error;
  }
}
