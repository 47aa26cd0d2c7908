import { createPool } from 'mysql2/promise';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTables, type MysqlPool, onMysql } from '../../lib/mysql.js';
import { type App, startApp } from '../fixtures/app.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import type { MariadbServer } from '../fixtures/mariadb-server.mjs';
import {
  connectMysql,
  emptyDatabase,
  hasMariadb,
  runSql,
  sharedMariadb,
  startMariadb,
} from '../fixtures/mysql.js';
import { withoutMariadb } from '../left-out/lacking.js';

type Place = Pick<MariadbServer, 'port'> & { readonly database: string; readonly user?: string };

const callbackPool = ({ port, database, user = 'root' }: Place): MysqlPool =>
  connectMysql({ port }, { database, user });

function promisePool({ port, database, user = 'root' }: Place): MysqlPool {
  const pool = createPool({ host: '127.0.0.1', port, user, database });
  onTestFinished(() => pool.end());
  return pool;
}

/** A database with the table, in which nobody else writes. */
async function ownPlace({ port }: Pick<MariadbServer, 'port'>): Promise<Place> {
  const place = { port, database: await emptyDatabase({ port }) };
  await createTables(connectMysql({ port }, { database: place.database }));
  return place;
}

/** Two nodes of one app. The client posts its challenge's id itself, and so needs no session. */
async function startNodes(place: Place, connect: (place: Place) => MysqlPool = callbackPool) {
  const node = (baseUrl?: string) =>
    startApp({
      session: false,
      strategy: {
        ...onMysql(connect(place)),
        state: 'client',
        ...(baseUrl === undefined ? {} : { baseUrl }),
      },
    });
  const first = await node();
  return { first, second: await node(first.emulator.url) };
}

const login = (node: App) =>
  node.client().post('/login').send({ username: 'alice', password: 'right' });
const enter = (node: App, challenge: string, code: string) =>
  node.client().post('/login/code').send({ challenge, code });

/** Asks both nodes in turn, all at the same time. */
const fifty = <T>(nodes: readonly [App, App], ask: (node: App) => PromiseLike<T>) =>
  Promise.all(Array.from({ length: 50 }, (_, index) => ask(nodes[index % 2 ? 0 : 1])));

const failed = /^(store|limiter)_failed$/;

describe.skipIf(!hasMariadb)(`Two nodes on one MariaDB${withoutMariadb}`, () => {
  const server = sharedMariadb();

  describe.each([
    ['pools of callbacks', callbackPool],
    ['pools of promises', promisePool],
  ])('by %s', (_kind, connect) => {
    it('F10: a challenge of one node is verified by the other', async () => {
      const { first, second } = await startNodes(await ownPlace(server()), connect);
      const { id } = (await login(first)).body.challenge;
      const answer = await enter(second, id, newestCode(first.emulator));
      expect(answer.body.user.name).toBe('alice');
      const again = await enter(first, id, newestCode(first.emulator));
      expect(again.body.code).toBe('challenge_not_found');
      expect(checks(first.emulator)).toBe(1);
    });

    it('A20: fifty parallel logins over both nodes send one SMS', async () => {
      const { first, second } = await startNodes(await ownPlace(server()), connect);
      const answers = await fifty([first, second], login);
      expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(['challenge_sent']));
      expect(first.emulator.messages).toHaveLength(1);
    });

    it('A1: of fifty parallel wrong codes over both nodes, five reach the provider', async () => {
      const { first, second } = await startNodes(await ownPlace(server()), connect);
      const { id } = (await login(first)).body.challenge;
      const wrong = wrongCodeFor(first.emulator);
      await fifty([first, second], (node) => enter(node, id, wrong));
      expect(checks(first.emulator)).toBe(5);
    });

    it('A2: of fifty parallel correct codes over both nodes, one logs in', async () => {
      const { first, second } = await startNodes(await ownPlace(server()), connect);
      const { id } = (await login(first)).body.challenge;
      const code = newestCode(first.emulator);
      const answers = await fifty([first, second], (node) => enter(node, id, code));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });
});

describe.skipIf(!hasMariadb)(`F6: when MariaDB fails${withoutMariadb}`, () => {
  /** The nodes go on, fail closed while it is away, and send nothing; then the same code logs in. */
  async function expectRecovery(
    { first, second }: { readonly first: App; readonly second: App },
    outage: () => Promise<void>,
    back: () => Promise<void>,
  ) {
    const { id } = (await login(first)).body.challenge;
    await outage();
    const answers = await Promise.all([
      login(first),
      login(second),
      enter(first, id, newestCode(first.emulator)),
      enter(second, id, newestCode(first.emulator)),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(500);
      expect(body.code).toMatch(failed);
    }
    expect(first.emulator.requests).toHaveLength(1);
    await back();
    expect((await login(second)).body.challenge).toMatchObject({ reused: true });
    const answer = await enter(second, id, newestCode(first.emulator));
    expect(answer.body.user.name).toBe('alice');
    expect(first.emulator.messages).toHaveLength(1);
  }

  it.each([
    ['is stopped and started', 'stop'],
    ['is killed and started', 'kill'],
  ] as const)(
    'because it %s, logins resume by themselves, with the same challenge',
    async (_how, end) => {
      const server = await startMariadb();
      const nodes = await startNodes(await ownPlace(server));
      await expectRecovery(nodes, server[end], server.start);
    },
  );

  it('because it answers nothing, logins fail in time, and resume with the same challenge', async () => {
    const server = await startMariadb();
    const nodes = await startNodes(await ownPlace(server));
    const freeze = async () => {
      server.freeze();
    };
    const thaw = async () => {
      server.thaw();
    };
    await expectRecovery(nodes, freeze, thaw);
  });

  it('because it is read-only, as after a failover, logins resume when it is not', async () => {
    const server = await startMariadb();
    const place = await ownPlace(server);
    await runSql(server, [
      "CREATE USER app@'127.0.0.1'",
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${place.database}.* TO app@'127.0.0.1'`,
    ]);
    const nodes = await startNodes({ ...place, user: 'app' });
    const readOnly = (value: string) => async () => {
      await runSql(server, [`SET GLOBAL read_only = ${value}`]);
    };
    await expectRecovery(nodes, readOnly('ON'), readOnly('OFF'));
  });

  it('because it is down when the app starts, the app starts, and logins work once it is there', async () => {
    const server = await startMariadb();
    const place = await ownPlace(server);
    await server.stop();
    const events = listenToEvents();
    const { first } = await startNodes(place);
    const away = await login(first);
    expect(away.status).toBe(500);
    expect(away.body.code).toMatch(failed);
    expect(first.emulator.requests).toHaveLength(0);
    expect(events).toContainEqual(
      expect.objectContaining({ name: 'storage_connection_failed', storage: 'MySQL' }),
    );
    await server.start();
    expect((await login(first)).body.code).toBe('challenge_sent');
  });

  it.each(['stop', 'kill'] as const)(
    'in the middle of fifty logins (%s), each of them ends, and none sends a second SMS',
    async (end) => {
      const server = await startMariadb();
      const { first, second } = await startNodes(await ownPlace(server));
      const logins = fifty([first, second], login);
      await server[end]();
      for (const { status, body } of await logins) {
        if (status === 500) expect(body.code).toMatch(failed);
        else expect(status).toBeLessThan(500);
      }
      expect(first.emulator.messages.length).toBeLessThanOrEqual(1);
      await server.start();
      expect((await login(first)).body.code).not.toMatch(failed);
      expect(first.emulator.messages).toHaveLength(1);
    },
  );
});
