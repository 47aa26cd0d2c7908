import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModicaEmulator, type ModicaEmulator } from '../../lib/emulator/index.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';
import { hasPostgres, spawnPostgres } from '../fixtures/postgres-server.mjs';
import { spawnProgram } from '../fixtures/program.js';
import { hasRedis, spawnRedis } from '../fixtures/redis-server.mjs';
import { drivers as sqliteDrivers } from '../fixtures/sqlite.js';
import { lacking, withoutPostgres, withoutRedis } from '../left-out/lacking.js';

const startRedis = async () => {
  const { url, stop } = await spawnRedis();
  return { url, end: stop };
};

const startPostgres = async () => {
  const { url, remove } = await spawnPostgres();
  return { url, end: remove };
};

const makeFile = async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sqlite-'));
  const end = async () => rmSync(folder, { recursive: true, force: true });
  return { url: path.join(folder, 'app.db'), end };
};

const drivers = [
  ['redis', startRedis, hasRedis, withoutRedis],
  ['ioredis', startRedis, hasRedis, withoutRedis],
  ['pg', startPostgres, hasPostgres, withoutPostgres],
  ...sqliteDrivers.map(
    ([, { name, isMissing }]) =>
      [name, makeFile, !isMissing, isMissing ? lacking(name) : ''] as const,
  ),
] as const;

const stops: (() => Promise<void>)[] = [];

/** Two processes of one app on one database and one emulator, for all the tests of one driver. */
async function startProcesses(
  driver: string,
  startDatabase: (typeof drivers)[number][1],
  emulator: ModicaEmulator,
) {
  stops.push(() => emulator.stop());
  const [{ url, end }] = await Promise.all([startDatabase(), emulator.start()]);
  stops.push(end);
  const start = () => {
    const { kill, listening } = spawnProgram(path.resolve('test/integration/processes/node.mjs'), {
      STORAGE_URL: url,
      DRIVER: driver,
      MODICA_USERNAME: emulator.account.username,
      MODICA_PASSWORD: emulator.account.password,
      MODICA_BASE_URL: emulator.account.baseUrl,
    });
    stops.push(kill);
    return listening;
  };
  return Promise.all([start(), start()]);
}

/** A transaction of the user of this number, at one of the processes. */
const login = (url: string, username: string, transaction = 'one') =>
  request(url).post('/login').send({ username, password: 'right', transaction });

/** The client posts its challenge's id itself, and so needs no session. */
const enter = (url: string, challenge: string, code: string, transaction = 'one') =>
  request(url).post('/login/code').send({ challenge, code, transaction });

/** How many answers there are of each kind. */
function kinds(answers: readonly request.Response[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const kind = body.code ?? String(status);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

for (const [driver, startDatabase, hasDatabase, without] of drivers) {
  describe.skipIf(!hasDatabase)(`Two processes on one database, by ${driver}${without}`, () => {
    const emulator = createModicaEmulator();
    let first = '';
    let second = '';
    beforeAll(async () => {
      [first, second] = await startProcesses(driver, startDatabase, emulator);
    });
    afterAll(() => Promise.all(stops.splice(0).map((stop) => stop())));

    const fiftyAtOnce = (action: (url: string, index: number) => PromiseLike<request.Response>) =>
      Promise.all(
        Array.from({ length: 50 }, (_, index) => action(index % 2 ? first : second, index)),
      );
    /** What has been asked of the provider since. */
    const countChecks = () => {
      const before = checks(emulator);
      return () => checks(emulator) - before;
    };

    it('A20: fifty parallel logins over both processes send one SMS', async () => {
      const answers = await fiftyAtOnce((url) => login(url, '+64211111120'));
      expect(kinds(answers)).toEqual({ challenge_sent: 50 });
      expect(answers.filter(({ body }) => !body.challenge.reused)).toHaveLength(1);
      expect(emulator.messages.filter(({ to }) => to === '+64211111120')).toHaveLength(1);
    });

    it('A20: fifty users who log in on both processes in parallel get one SMS each', async () => {
      const before = emulator.messages.length;
      const users = Array.from({ length: 50 }, (_, index) => `+642222222${10 + index}`);
      await Promise.all(users.flatMap((user) => [login(first, user), login(second, user)]));
      const texted = emulator.messages.slice(before).map(({ to }) => to);
      expect(texted.sort()).toEqual(users);
    });

    it('A1: of fifty parallel wrong codes over both processes, five reach the provider', async () => {
      const checksSince = countChecks();
      const { id } = (await login(first, '+64211111101')).body.challenge;
      const wrong = wrongCodeFor(emulator);
      const answers = await fiftyAtOnce((url) => enter(url, id, wrong));
      expect(kinds(answers)).toEqual({ code_incorrect: 5, too_many_attempts: 45 });
      const right = await fiftyAtOnce((url) => enter(url, id, newestCode(emulator)));
      expect(kinds(right)).toEqual({ too_many_attempts: 50 });
      expect(checksSince()).toBe(5);
    });

    it('A2: of five parallel codes that the provider accepts one logs in, and fifty more do not', async () => {
      const checksSince = countChecks();
      const { id } = (await login(first, '+64211111102')).body.challenge;
      const code = newestCode(emulator);
      const [allAsked, released] = [closedGate(), closedGate()];
      for (let held = 0; held < 5; held += 1) {
        emulator.overrideNextReply({ path: '/responses', reply: 'held', until: released.opened });
      }
      emulator.on('request', () => {
        if (checksSince() === 5) allAsked.open();
      });
      const five = Promise.all(
        [first, second, first, second, first].map((url) => enter(url, id, code)),
      );
      await allAsked.opened;
      const more = await fiftyAtOnce((url) => enter(url, id, code));
      released.open();
      expect(kinds(await five)).toEqual({ 200: 1, challenge_not_found: 4 });
      expect(kinds(more)).toEqual({ too_many_attempts: 50 });
      expect(checksSince()).toBe(5);
    });

    it('A3: a used code is refused on both processes and for every client, without a call to the provider', async () => {
      const { id } = (await login(first, '+64211111103')).body.challenge;
      const { id: waiting } = (await login(second, '+64211111103')).body.challenge;
      const code = newestCode(emulator);
      expect((await enter(first, id, code)).body).toEqual({ user: { id: '+64211111103' } });
      const checksSince = countChecks();
      const answers = await fiftyAtOnce((url, index) => enter(url, index % 4 ? id : waiting, code));
      expect(kinds(answers)).toEqual({ challenge_not_found: 50 });
      expect(checksSince()).toBe(0);
    });

    it('A4: five failures on each process lock the user on both, for another challenge too', async () => {
      const checksSince = countChecks();
      const begin = async (transaction: string) =>
        (await login(first, '+64211111104', transaction)).body.challenge.id;
      const [one, other, third] = [await begin('one'), await begin('other'), await begin('third')];
      const wrong = wrongCodeFor(emulator);
      const answers = await fiftyAtOnce((url) =>
        url === first ? enter(url, one, wrong, 'one') : enter(url, other, wrong, 'other'),
      );
      expect(kinds(answers)).toEqual({ code_incorrect: 10, too_many_attempts: 40 });
      const locked = await fiftyAtOnce((url) => enter(url, third, wrong, 'third'));
      expect(kinds(locked)).toEqual({ user_locked: 5, too_many_attempts: 45 });
      expect(checksSince()).toBe(10);
      expect(kinds(await fiftyAtOnce((url) => login(url, '+64211111104')))).toEqual({
        user_locked: 50,
      });
    });
  });
}
