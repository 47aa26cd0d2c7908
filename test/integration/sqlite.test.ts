import { describe, expect, it } from 'vitest';
import { createTables, onSqlite } from '../../lib/sqlite.js';
import { type App, startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { drivers, someFile } from '../fixtures/sqlite.js';

/** The client posts its challenge's id itself, and so needs no session. */
const login = ({ client }: App) =>
  client().post('/login').send({ username: 'alice', password: 'right' });
const enter = ({ client }: App, challenge: string, code: string) =>
  client().post('/login/code').send({ challenge, code });

const faults = [
  ['cannot be written', 'PRAGMA query_only = ON', 'PRAGMA query_only = OFF'],
  ["has a transaction of the app's open", 'BEGIN', 'ROLLBACK'],
  [
    'has no table',
    'ALTER TABLE passport_modica_2fa RENAME TO away',
    'ALTER TABLE away RENAME TO passport_modica_2fa',
  ],
] as const;

describe.each(drivers)('F34: a database of %s', (_title, { isMissing, open }) => {
  async function startOnSqlite() {
    const connection = open(someFile());
    await createTables(connection);
    const strategy = { ...onSqlite(connection), state: 'client' } as const;
    return { connection, app: await startApp({ session: false, strategy }) };
  }

  it.skipIf(isMissing).each(faults)(
    'that %s fails every login without a message or a check, and they go on when it is repaired',
    async (_fault, begin, end) => {
      const { connection, app } = await startOnSqlite();
      const { emulator } = app;
      connection.exec(begin);
      expect((await login(app)).status).toBe(500);
      expect(emulator.requests).toHaveLength(0);
      connection.exec(end);
      const { id } = (await login(app)).body.challenge;
      connection.exec(begin);
      expect((await enter(app, id, newestCode(emulator))).status).toBe(500);
      expect(checks(emulator)).toBe(0);
      connection.exec(end);
      expect((await enter(app, id, newestCode(emulator))).status).toBe(200);
      expect(emulator.messages).toHaveLength(1);
    },
  );
});
