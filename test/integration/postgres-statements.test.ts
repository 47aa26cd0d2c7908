import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { createTables, onPostgres } from '../../lib/postgres.js';
import { type App, startApp } from '../fixtures/app.js';
import { second, stopClock } from '../fixtures/clock.js';
import { startAppWithDevices } from '../fixtures/devices.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { connectPostgres, emptySchema, hasPostgres, sharedPostgres } from '../fixtures/postgres.js';
import { advanceTable } from '../fixtures/shared-storage.js';
import { withoutPostgres } from '../left-out/lacking.js';

/** Returns how many statements a new pool sends during an action. */
function statementsOf(pool: Pool) {
  let sent = 0;
  pool.on('connect', (client) => {
    const query = client.query.bind(client);
    Object.assign(client, {
      query: (...statement: Parameters<typeof query>) => {
        sent += 1;
        return query(...statement);
      },
    });
  });
  return async (action: () => PromiseLike<unknown>): Promise<number> => {
    const before = sent;
    await action();
    return sent - before;
  };
}

describe.skipIf(!hasPostgres)(`The statements of a PostgreSQL${withoutPostgres}`, () => {
  const server = sharedPostgres();

  async function start() {
    const pool = connectPostgres(await emptySchema(server().url));
    const count = statementsOf(pool);
    await createTables(pool);
    const storage = onPostgres(pool);
    // The table is checked before its first use.
    await storage.store.get('key');
    return { pool, storage, count };
  }

  const right = ({ emulator }: Pick<App, 'emulator'>) => newestCode(emulator);

  it('are eleven for a login: the first factor, its message and the right code', async () => {
    const { storage, count } = await start();
    const app = await startApp({ strategy: storage });
    const alice = app.browser();
    expect({
      firstFactor: await count(() => alice.login()),
      rightCode: await count(() => alice.enter(right(app))),
    }).toEqual({ firstFactor: 6, rightCode: 5 });
  });

  it('are few for a wrong code, a resend, a second tab and the code page', async () => {
    const clock = stopClock();
    const { pool, storage, count } = await start();
    const app = await startApp({ strategy: storage });
    const alice = app.browser();
    await alice.login();
    const wrongCode = await count(() => alice.enter(wrongCodeFor(app.emulator)));
    clock.advance(31 * second);
    await pool.query(advanceTable(31 * second));
    expect({
      wrongCode,
      resend: await count(() => alice.resend()),
      secondTab: await count(() => app.browser().login()),
      codePage: await count(() => alice.get('/login/code')),
    }).toEqual({ wrongCode: 3, resend: 6, secondTab: 4, codePage: 2 });
    expect(app.emulator.messages).toHaveLength(2);
  });

  it('are few for a login that trusts the device, and one from it', async () => {
    const { storage, count } = await start();
    const app = await startAppWithDevices({ memory: storage, strategy: storage });
    let cookie = '';
    expect({
      trusting: await count(async () => {
        cookie = await app.trusted();
      }),
      trusted: await count(() => app.login(cookie)),
    }).toEqual({ trusting: 17, trusted: 5 });
  });

  it('are one more while the table has not been checked', async () => {
    const pool = connectPostgres(await emptySchema(server().url));
    const count = statementsOf(pool);
    await createTables(pool);
    const { store } = onPostgres(pool);
    expect(await count(() => Promise.all([store.get('a'), store.get('b')]))).toBe(2);
    expect(await count(() => Promise.all([store.get('a'), store.get('b')]))).toBe(1);
  });
});
