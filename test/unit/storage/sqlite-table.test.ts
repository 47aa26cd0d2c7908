import { describe, expect, it } from 'vitest';
import { createTables, onSqlite } from '../../../lib/sqlite.js';
import { drivers, someFile } from '../../fixtures/sqlite.js';

const columns = 'value text, points integer, expires_at integer NOT NULL';

describe.each(drivers)('The table in SQLite, with %s', (_title, { isMissing, open }) => {
  it.skipIf(isMissing)('is created once, by however many', async () => {
    const file = someFile();
    const connections = [open(file), open(file), open(file)];
    await Promise.all(connections.map((connection) => createTables(connection)));
    const { store } = onSqlite(open(file));
    await store.set('key', '"value"', 1000);
    for (const connection of connections) {
      await createTables(connection);
      expect(await onSqlite(connection).store.get('key')).toBe('"value"');
    }
  });

  it.skipIf(isMissing)('has its own name, and may be in an attached database', async () => {
    const file = someFile();
    const connection = open(file);
    connection.exec(`ATTACH '${someFile()}' AS other`);
    const options = { table: 'Second_factor', schema: 'other' };
    await createTables(connection, options);
    const { store } = onSqlite(connection, options);
    await store.set('key', '"value"', 1000);
    expect(await store.get('key')).toBe('"value"');
    await expect(onSqlite(connection).store.get('key')).rejects.toMatchObject({
      code: 'table_missing',
    });
  });

  it.skipIf(isMissing)(
    'F34: that is missing is an error with a hint, until it is created',
    async () => {
      const connection = open(someFile());
      const { store, limiter } = onSqlite(connection);
      const counter = limiter({ keyPrefix: 'prefix', points: 1, duration: 60 });
      for (const call of [() => store.get('key'), () => counter.consume('key')]) {
        await expect(call()).rejects.toMatchObject({
          name: 'StoreError',
          code: 'table_missing',
          hint: expect.stringContaining('npx passport-modica-2fa sql --dialect sqlite'),
        });
      }
      await createTables(connection);
      expect(await counter.consume('key')).toMatchObject({ consumedPoints: 1 });
      connection.exec('DROP TABLE passport_modica_2fa');
      await expect(counter.consume('key')).rejects.toMatchObject({ code: 'table_missing' });
      await createTables(connection);
      expect(await counter.consume('key')).toMatchObject({ consumedPoints: 1 });
    },
  );

  it.skipIf(isMissing)(
    'F34: is found by a connection that may not create it, and missed with the reason',
    async () => {
      const file = someFile();
      const connection = open(file);
      connection.exec('PRAGMA query_only = ON');
      await expect(createTables(connection)).rejects.toMatchObject({
        name: 'StoreError',
        code: 'table_missing',
        hint: expect.stringContaining('sql --dialect sqlite'),
        cause: { message: expect.stringContaining('readonly database') },
      });
      await createTables(open(file));
      await createTables(connection);
    },
  );

  it.skipIf(isMissing)(
    'F34: of another version is refused, not left for the first login',
    async () => {
      const connection = open(someFile());
      connection.exec('CREATE TABLE passport_modica_2fa (storage_key text PRIMARY KEY)');
      await expect(createTables(connection)).rejects.toMatchObject({ code: 'table_outdated' });
    },
  );

  it.skipIf(isMissing)('F34: of a schema that is not attached is missing', async () => {
    const { store } = onSqlite(open(someFile()), { schema: 'nowhere' });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'table_missing' });
  });

  it.skipIf(isMissing).each([
    ['lacks a column', '(storage_key text PRIMARY KEY, value text, expires_at integer NOT NULL)'],
    ['ignores case in its keys', `(storage_key text COLLATE NOCASE PRIMARY KEY, ${columns})`],
    ['allows a key twice', `(storage_key text, ${columns})`],
  ])('F34: that %s is outdated', async (_problem, definition) => {
    const connection = open(someFile());
    connection.exec(`CREATE TABLE passport_modica_2fa ${definition}`);
    await createTables(connection).catch(() => undefined);
    const { store } = onSqlite(connection);
    await expect(store.set('key', '"value"', 1000)).rejects.toMatchObject({
      code: 'table_outdated',
      hint: expect.stringContaining('Drop it and create it again'),
    });
  });
});
