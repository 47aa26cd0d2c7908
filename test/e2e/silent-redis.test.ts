import request from 'supertest';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { startNetwork } from '../fixtures/network.js';
import { hasRedis, startRedis } from '../fixtures/redis.js';
import { withoutRedis } from '../left-out/lacking.js';
import { startDemonstration } from './example.js';

async function startFrozenRedis() {
  const { url, freeze, thaw } = await startRedis();
  return { url, silence: freeze, wake: thaw };
}

async function startLostRedis() {
  const redis = await startRedis();
  const { port, drop, heal } = await startNetwork(redis.port);
  return { url: `redis://127.0.0.1:${port}`, silence: drop, wake: heal };
}

/** A client that keeps its cookies. */
function browserAt(url: string) {
  const agent = request.agent(url);
  return {
    get: (path: string) => agent.get(path),
    post: (path: string, body: object) => agent.post(path).send(body),
    login: () => agent.post('/api/login').send(demoUser),
    enter: (code: string) => agent.post('/api/login/code').send({ code }),
    resend: () => agent.post('/api/login/code').send({ resend: true }),
  };
}

/** Others use the app as well, and what they write to Redis is no sign that it lives. */
function keepBusy(url: string) {
  const { post } = browserAt(url);
  const others = setInterval(() => post('/api/register', {}).catch(() => {}), 250);
  onTestFinished(() => clearInterval(others));
}

describe.skipIf(!hasRedis)(`While Redis says nothing${withoutRedis}`, () => {
  it.each([
    ['it is frozen', startFrozenRedis],
    ['the network drops everything', startLostRedis],
  ])(
    'F6: because %s, every request fails in time, and logins go on afterwards',
    async (_why, start) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const redis = await start();
      const { url, emulator, newestCode, wrongCode } = await startDemonstration({
        REDIS_URL: redis.url,
      });
      const { get, login, enter, resend } = browserAt(url);
      await login().expect(401);
      await enter(wrongCode()).expect(401);

      redis.silence();
      keepBusy(url);
      const asked = emulator.requests.length;
      const stranger = browserAt(url);
      const away = await Promise.all([
        stranger.login(),
        stranger.post('/api/register', {}),
        login(),
        enter(newestCode()),
        resend(),
        get('/api/login/code'),
        get('/api/me'),
        get('/login'),
      ]);
      expect(away.map(({ status }) => status)).toEqual(away.map(() => 500));
      expect(emulator.requests).toHaveLength(asked);

      redis.wake();
      await expect.poll(() => get('/api/me')).toMatchObject({ status: 401 });
      await enter(newestCode()).expect(200);
      await get('/api/me').expect(200);
      expect(emulator.messages).toHaveLength(1);
    },
  );
});
