import path from 'node:path';
import type { PoolConfig } from 'pg';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createTables, onPostgres } from '../../lib/postgres.js';
import { type App, startApp } from '../fixtures/app.js';
import { checks, newestCode, startEmulator } from '../fixtures/emulator.js';
import { startNetwork } from '../fixtures/network.js';
import { connectPostgres, hasPostgres, startPostgres } from '../fixtures/postgres.js';
import type { PostgresServer } from '../fixtures/postgres-server.mjs';
import { startProgram } from '../fixtures/program.js';
import { withoutPostgres } from '../left-out/lacking.js';

/** An app on a PostgreSQL of its own. The client posts its challenge's id itself, and so needs no session. */
async function startOnPostgres(
  config: PoolConfig = {},
  urlOf: (server: PostgresServer) => string | Promise<string> = ({ url }) => url,
) {
  const server = await startPostgres();
  const pool = connectPostgres(await urlOf(server), config);
  await createTables(pool);
  const app = await startApp({
    session: false,
    strategy: { ...onPostgres(pool), state: 'client' },
  });
  return { server, app, pool };
}

const login = ({ client }: App, username = 'alice') =>
  client().post('/login').send({ username, password: 'right' });
const enter = ({ client }: App, challenge: string, code: string) =>
  client().post('/login/code').send({ challenge, code });

const closed = { status: 500, body: { code: expect.stringMatching(/^(store|limiter)_failed$/) } };

describe.skipIf(!hasPostgres)(`F34: PostgreSQL${withoutPostgres}`, () => {
  it.each(['stop', 'kill'] as const)(
    'that ends (%s) fails every login without a message or a check, and they go on when it is back',
    async (end) => {
      const { server, app } = await startOnPostgres();
      const { id } = (await login(app)).body.challenge;
      await server[end]();
      expect(await Promise.all([login(app), login(app, 'bob')])).toMatchObject([closed, closed]);
      expect(await enter(app, id, newestCode(app.emulator))).toMatchObject(closed);
      expect(app.emulator.requests).toHaveLength(1);
      await server.start();
      expect((await login(app)).body.challenge).toMatchObject({ reused: true });
      expect((await enter(app, id, newestCode(app.emulator))).status).toBe(200);
      expect(app.emulator.messages).toHaveLength(1);
    },
  );

  it.each(['stop', 'kill'] as const)(
    'that ends (%s) while a message is sent causes no second one',
    async (end) => {
      const { server, app } = await startOnPostgres();
      const arrived = new Promise((resolve) => app.emulator.once('message', resolve));
      const ended = arrived.then(() => server[end]());
      app.emulator.overrideNextReply({ path: '/challenges', reply: 'held', until: ended });
      expect(await login(app)).toMatchObject(closed);
      await server.start();
      const again = await login(app);
      expect(again.body.challenge).toMatchObject({ reused: true });
      expect(app.emulator.messages).toHaveLength(1);
    },
  );

  it.each(['stop', 'kill'] as const)(
    'that ends (%s) while a code is checked logs no user in, and once it is back the code logs in once',
    async (end) => {
      const { server, app } = await startOnPostgres();
      const { id } = (await login(app)).body.challenge;
      const asked = new Promise((resolve) => app.emulator.once('request', resolve));
      const ended = asked.then(() => server[end]());
      app.emulator.overrideNextReply({ path: '/responses', reply: 'held', until: ended });
      expect(await enter(app, id, newestCode(app.emulator))).toMatchObject(closed);
      await server.start();
      expect((await enter(app, id, newestCode(app.emulator))).status).toBe(200);
      const again = await enter(app, id, newestCode(app.emulator));
      expect(again.body.code).toBe('challenge_not_found');
      expect([app.emulator.messages.length, checks(app.emulator)]).toEqual([1, 2]);
    },
  );

  it('that is away when the app starts fails logins until it is there', async () => {
    const server = await startPostgres();
    const pool = connectPostgres(server.url);
    await createTables(pool);
    await server.stop();
    const late = connectPostgres(server.url);
    const app = await startApp({
      session: false,
      strategy: { ...onPostgres(late), state: 'client' },
    });
    expect(await login(app)).toMatchObject(closed);
    expect(app.emulator.requests).toHaveLength(0);
    await server.start();
    const { id } = (await login(app)).body.challenge;
    expect((await enter(app, id, newestCode(app.emulator))).status).toBe(200);
  });

  it('that is frozen fails every request in time, and logins go on when it thaws', async () => {
    const { server, app } = await startOnPostgres();
    const { id } = (await login(app)).body.challenge;
    server.freeze();
    const away = await Promise.all([
      ...Array.from({ length: 20 }, () => login(app, 'bob')),
      ...Array.from({ length: 20 }, () => enter(app, id, newestCode(app.emulator))),
    ]);
    server.thaw();
    expect(away).toMatchObject(away.map(() => closed));
    expect(app.emulator.requests).toHaveLength(1);
    expect((await enter(app, id, newestCode(app.emulator))).status).toBe(200);
    expect((await login(app, 'bob')).body.challenge).toMatchObject({ reused: false });
    expect([app.emulator.messages.length, checks(app.emulator)]).toEqual([2, 1]);
  });

  it('whose connections fall silent gets new ones after five seconds, and not when TCP gives up', async () => {
    let network: Awaited<ReturnType<typeof startNetwork>> | undefined;
    const { app, pool } = await startOnPostgres({ max: 2 }, async ({ url, port }) => {
      network = await startNetwork(port);
      return url.replace(`:${port}/`, `:${network.port}/`);
    });
    const { id } = (await login(app)).body.challenge;
    await Promise.all([pool.query('SELECT pg_sleep(1)'), pool.query('SELECT pg_sleep(1)')]);
    network?.drop();
    network?.heal();
    const silent = await Promise.all([login(app, 'bob'), login(app, 'bob')]);
    expect(silent).toMatchObject(silent.map(() => closed));
    expect((await enter(app, id, newestCode(app.emulator))).status).toBe(200);
  });

  it('whose pool the app has closed fails every login', async () => {
    const { app, pool } = await startOnPostgres();
    await login(app);
    await pool.end();
    pool.end = async () => undefined;
    expect(await login(app)).toMatchObject(closed);
  });

  it('that restarts ends no app whose pool has no error listener', async () => {
    const server = await startPostgres();
    const emulator = await startEmulator();
    const { username, password, baseUrl } = emulator.account;
    const { url, isRunning } = await startProgram(
      path.resolve('test/integration/processes/node.mjs'),
      {
        STORAGE_URL: server.url,
        DRIVER: 'pg',
        MODICA_USERNAME: username,
        MODICA_PASSWORD: password,
        MODICA_BASE_URL: baseUrl,
      },
    );
    const user = { username: '+64211111111', password: 'right', transaction: 'one' };
    const ask = () => request(url).post('/login').send(user);
    expect((await ask()).body.code).toBe('challenge_sent');
    await server.stop();
    expect((await ask()).status).toBe(500);
    await server.start();
    expect((await ask()).body.code).toBe('challenge_sent');
    expect(isRunning()).toBe(true);
    expect(emulator.messages).toHaveLength(1);
  });
});
