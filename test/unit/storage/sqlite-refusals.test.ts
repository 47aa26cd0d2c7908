import LibsqlPromise from 'libsql/promise';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { createTables, onSqlite } from '../../../lib/sqlite.js';
import { drivers, someFile } from '../../fixtures/sqlite.js';
import { thrownBy } from '../../fixtures/thrown.js';

/** As much of a database as is asked for its version. */
const answering = (all: (...values: unknown[]) => unknown) => ({
  exec: () => undefined,
  prepare: () => ({ all }),
});

describe.each([
  ['onSqlite', onSqlite],
  ['createTables', createTables],
])('F14: %s refuses at construction', (_name, make) => {
  const refusedWith = (connection: unknown, options?: object) =>
    thrownBy(ConfigurationError, () => Reflect.apply(make, undefined, [connection, options]));

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['the name of a file', () => 'app.db'],
    [
      'a client of @libsql/client',
      () => ({ execute: async () => ({ rows: [] }), batch: async () => [] }),
    ],
    ['a database of libsql/promise', () => new LibsqlPromise(':memory:', {})],
    [
      'a database of sqlite3, which answers to callbacks',
      () =>
        answering(function all(this: unknown) {
          return this;
        }),
    ],
    ['a database that returns rows as arrays', () => answering(() => [['3.50.0']])],
    [
      'a database of node-sqlite3-wasm, which takes the values of a statement as an array',
      () => answering((values) => (Array.isArray(values) ? [{ version: '3.50.0' }] : [])),
    ],
  ])('%s', async (_what, connection) => {
    const { code, message } = await refusedWith(connection());
    expect(code).toBe('option_invalid');
    expect(message).toContain('need an open database of better-sqlite3, node:sqlite or libsql');
    expect(message).toContain('Pass the Database or DatabaseSync itself');
  });

  it('SQLite before 3.35, which cannot return what it writes', async () => {
    const { message } = await refusedWith(answering(() => [{ version: '3.34.1' }]));
    expect(message).toContain('SQLite 3.34.1 is too old');
  });

  it('a database that is read-only', async () => {
    const connection = { ...answering(() => [{ version: '3.35.0' }]), readonly: true };
    expect((await refusedWith(connection)).message).toContain('The SQLite database is read-only');
  });

  it('a name of a table that is none', async () => {
    const connection = answering(() => [{ version: '3.35.0' }]);
    const { message } = await refusedWith(connection, { table: 'a"; DROP TABLE users' });
    expect(message).toContain('must be a name of letters, digits and underscores');
  });

  describe.each(drivers)('with %s', (_title, { name, isMissing, open }) => {
    it.skipIf(isMissing)('a database that is closed', async () => {
      const connection = open(someFile());
      connection.close();
      expect((await refusedWith(connection)).message).toContain('is closed');
    });

    it.skipIf(isMissing || name !== 'better-sqlite3')(
      'a database opened with readonly',
      async () => {
        const file = someFile();
        open(file).exec('CREATE TABLE users (id)');
        expect((await refusedWith(open(file, { readonly: true }))).message).toContain('read-only');
      },
    );
  });
});
