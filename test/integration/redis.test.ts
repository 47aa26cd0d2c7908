import { type EventEmitter, once } from 'node:events';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { onRedis } from '../../lib/storage/redis.js';
import { type App, startApp } from '../fixtures/app.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { connectRedis, hasRedis, startRedis } from '../fixtures/redis.js';
import { withoutRedis } from '../left-out/lacking.js';

async function connectIoredis(url: string) {
  const client = new Redis(url, { retryStrategy: () => 20 });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  await once(client, 'ready');
  return client;
}

/** Two nodes of one app. The client posts its challenge's id itself, and so needs no session. */
async function startNodes(connect: typeof connectRedis | typeof connectIoredis) {
  const redis = await startRedis();
  const clients: EventEmitter[] = [];
  const node = async (baseUrl?: string) => {
    const client = await connect(redis.url);
    clients.push(client);
    return startApp({
      session: false,
      strategy: {
        ...onRedis(client),
        state: 'client',
        ...(baseUrl === undefined ? {} : { baseUrl }),
      },
    });
  };
  const first = await node();
  const second = await node(first.emulator.url);
  // Not `once` of node:events: that one rejects at the first 'error', and there are many on the way.
  const reconnected = () =>
    Promise.all(clients.map((client) => new Promise((resolve) => client.once('ready', resolve))));
  return { redis, first, second, reconnected };
}

const login = (node: App) =>
  node.client().post('/login').send({ username: 'alice', password: 'right' });
const enter = (node: App, challenge: string, code: string) =>
  node.client().post('/login/code').send({ challenge, code });

describe.skipIf(!hasRedis).each([
  ['the redis package', connectRedis],
  ['ioredis', connectIoredis],
] as const)(`Two nodes on one Redis, by %s${withoutRedis}`, (_package, connect) => {
  it('F10: a challenge of one node is verified by the other', async () => {
    const { first, second } = await startNodes(connect);
    const { id } = (await login(first)).body.challenge;
    const answer = await enter(second, id, newestCode(first.emulator));
    expect(answer.body.user.name).toBe('alice');
    expect((await enter(first, id, newestCode(first.emulator))).body.code).toBe(
      'challenge_not_found',
    );
    expect(checks(first.emulator)).toBe(1);
  });

  it('A20: fifty parallel logins over both nodes send one SMS', async () => {
    const { first, second } = await startNodes(connect);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => login(index % 2 ? first : second)),
    );
    expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(['challenge_sent']));
    expect(first.emulator.messages).toHaveLength(1);
  });

  it('A1: of fifty parallel wrong codes over both nodes, five reach the provider', async () => {
    const { first, second } = await startNodes(connect);
    const { id } = (await login(first)).body.challenge;
    const wrong = wrongCodeFor(first.emulator);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => enter(index % 2 ? first : second, id, wrong)),
    );
    expect(checks(first.emulator)).toBe(5);
  });

  it('A2: of five parallel correct codes over both nodes, one logs in', async () => {
    const { first, second } = await startNodes(connect);
    const { id } = (await login(first)).body.challenge;
    const code = newestCode(first.emulator);
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => enter(index % 2 ? first : second, id, code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('F6: while Redis is down every login fails immediately, and works again when it is back', async () => {
    const { redis, first, reconnected } = await startNodes(connect);
    const { id } = (await login(first)).body.challenge;
    await redis.stop();
    const away = await enter(first, id, newestCode(first.emulator));
    expect(away.status).toBe(500);
    expect(away.body.code).toMatch(/^(store|limiter)_failed$/);
    expect((await login(first)).status).toBe(500);
    expect(first.emulator.requests).toHaveLength(1);
    await Promise.all([reconnected(), startRedis(redis.port)]);
    expect((await login(first)).body.code).toBe('challenge_sent');
  });
});
