import { describe, expect, it } from 'vitest';
import { createTables, onSqlite } from '../../../lib/sqlite.js';
import { drivers, someFile } from '../../fixtures/sqlite.js';
import { failuresOf } from '../testing/database.js';

describe.each(drivers)('F14: onSqlite with %s', (_title, { isMissing, open }) => {
  it.skipIf(isMissing).each([
    ['WAL', 50],
    ['DELETE', 0],
  ])(
    'passes every check of conformance on two connections in journal mode %s, with a timeout of %i ms',
    async (mode, timeout) => {
      const file = someFile();
      const [here, there] = [open(file, { timeout }), open(file, { timeout })];
      here.exec(`PRAGMA journal_mode = ${mode}`);
      await createTables(here);
      const [storage, anotherStorage] = [onSqlite(here), onSqlite(there)];
      const closed = open(someFile());
      const failingStorage = onSqlite(closed);
      closed.close();
      const failures = await failuresOf({
        storage: () => storage,
        anotherStorage: () => anotherStorage,
        failingStorage: () => failingStorage,
      });
      expect(failures).toEqual(new Map());
    },
  );
});
