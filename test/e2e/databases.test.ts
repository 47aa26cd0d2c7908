import { beforeAll, describe, expect, it } from 'vitest';
import { Payments } from '../../example-app/express/src/payments.js';
import { Users } from '../../example-app/express/src/users.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { emptyDatabase, hasMariadb, sharedMariadb } from '../fixtures/mysql.js';
import { emptySchema, hasPostgres, sharedPostgres } from '../fixtures/postgres.js';
import { withoutMariadb, withoutPostgres } from '../left-out/lacking.js';
import { someAppDatabase } from './app-database.js';
import {
  browser,
  buildExample,
  kiri,
  newFile,
  startSurroundings,
} from './two-processes/example.js';

beforeAll(buildExample);

describe('The example with a file of SQLite', () => {
  keepsEverything(async () => newFile());
});

describe.skipIf(!hasPostgres)(`The example with PostgreSQL${withoutPostgres}`, () => {
  const server = sharedPostgres();
  keepsEverything(() => emptySchema(server().url));
});

describe.skipIf(!hasMariadb)(`The example with MariaDB${withoutMariadb}`, () => {
  const server = sharedMariadb();
  keepsEverything(
    async () => `mysql://root@127.0.0.1:${server().port}/${await emptyDatabase(server())}`,
  );
});

/** @param emptyUrl - Returns the DATABASE_URL of an empty database. */
function keepsEverything(emptyUrl: () => Promise<string>): void {
  async function startKilled() {
    const { emulator, start, url } = await startSurroundings(undefined, await emptyUrl());
    const first = await start();
    return { emulator, first, startAgain: start, url, ...browser() };
  }

  it('keeps sessions when its process is killed', async () => {
    const { emulator, first, startAgain, login, enter, get } = await startKilled();
    await login(first).expect(401);
    await enter(first, newestCode(emulator)).expect(200);
    await first.kill();

    const { body } = await get(await startAgain(), '/api/me').expect(200);
    expect(body.user.username).toBe(kiri.username);
  });

  it('accepts a code that was sent before its process was killed, and sends no second one', async () => {
    const { emulator, first, startAgain, login, enter } = await startKilled();
    await login(first).expect(401);
    await first.kill();

    const second = await startAgain();
    const { body } = await login(second).expect(401);
    expect(body.challenge.reused).toBe(true);
    await enter(second, newestCode(emulator)).expect(200);
    expect(emulator.messages).toHaveLength(1);
  });

  it('keeps a user locked when its process is killed', async () => {
    const { emulator, first, startAgain, url, login, enter } = await startKilled();
    for (const _challenge of [1, 2]) {
      await login(first).expect(401);
      for (const _attempt of [1, 2, 3, 4, 5]) await enter(first, wrongCodeFor(emulator));
      await passResendCooldown(url);
    }
    await first.kill();

    const { status, body } = await login(await startAgain());
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'user_locked' });
    expect(emulator.messages).toHaveLength(2);
  });

  it('takes a username once, distinguishes case, and changes a number only from the one that was shown', async () => {
    const users = new Users(await someAppDatabase(await emptyUrl()));
    const created = await Promise.all([1, 2, 3].map(() => users.create(kiri)));
    const [user] = created.filter((each) => each !== undefined);

    expect(created.filter((each) => each === undefined)).toHaveLength(2);
    expect(await users.create({ ...kiri, username: 'Kiri' })).toMatchObject({ username: 'Kiri' });
    const id = user?.id ?? 0;
    expect(await users.changeMobile(id, kiri.mobile, '+64210000000')).toBeUndefined();
    expect(await users.changeMobile(id, kiri.mobile, null)).toMatchObject({ mobile: kiri.mobile });
    expect(await users.changeMobile(id, null, kiri.mobile)).toMatchObject({ mobile: null });
  });

  it('pays a payment once', async () => {
    const payments = new Payments(await someAppDatabase(await emptyUrl()));
    const { id } = await payments.draft(1, { payee: 'Bakery', amount: 1250 });
    const approval = { id, payee: 'Bakery', amount: 1250 };

    expect(await payments.pay(1, { ...approval, amount: 1 })).toBeUndefined();
    const paid = await Promise.all([1, 2, 3].map(() => payments.pay(1, approval)));
    expect(paid.filter((payment) => payment?.state === 'paid')).toHaveLength(1);
    expect(await payments.of(1)).toMatchObject([{ id, state: 'paid' }]);
  });
}

/** Times in the table are of the database, so the test moves them instead of a clock. */
async function passResendCooldown(url: string): Promise<void> {
  const { tables } = await someAppDatabase(url);
  await tables
    .withTables<{ passport_modica_2fa: { expires_at: number } }>()
    .updateTable('passport_modica_2fa')
    .set(({ eb }) => ({ expires_at: eb('expires_at', '-', 31_000) }))
    .where('expires_at', '<', 2 ** 52)
    .execute();
}
