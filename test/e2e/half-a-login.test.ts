import request, { type Response } from 'supertest';
import { describe, expect, it } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { someDatabase } from '../fixtures/redis.js';
import { routesOf, startDemonstration } from './example.js';

/** The example; in the project 'on Redis' on a database of its own. */
async function startDemo() {
  const demo = await startDemonstration({ REDIS_URL: await someDatabase() });
  return { ...demo, browser: () => browserAt(demo.url) };
}

type Demo = Awaited<ReturnType<typeof startDemo>>;

function browserAt(url: string) {
  const agent = request.agent(url);
  return {
    login: () => agent.post('/api/login').send(demoUser),
    enter: (code: string) => agent.post('/api/login/code').send({ code }),
    resend: () => agent.post('/api/login/code').send({ resend: true }),
    pending: () => agent.get('/api/login/code'),
  };
}

function cookiesOf({ headers }: Response): string[] {
  return [headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';')[0] ?? '');
}

describe('Half a login', () => {
  /** Everything that a client can collect without a code. */
  async function halfALogin(demo: Demo): Promise<string[]> {
    const browser = demo.browser();
    const collected = [
      await browser.login(),
      await browser.pending(),
      await browser.resend(),
      await browser.enter(demo.wrongCode()),
      await browser.enter(''),
      await browser.login(),
      await demo.browser().login(),
    ];
    return collected.flatMap(cookiesOf);
  }

  const protectedRoutes = [
    'GET /',
    'GET /account',
    'GET /account/activity',
    'GET /account/devices',
    'POST /account/devices',
    'GET /account/password',
    'POST /account/password',
    'GET /account/phone',
    'POST /account/phone',
    'GET /account/phone/code',
    'POST /account/phone/code',
    'POST /account/phone/removal',
    'GET /confirm',
    'POST /confirm',
    'GET /confirm/code',
    'POST /confirm/code',
    'GET /payments',
    'POST /payments',
    'GET /payments/:id',
    'POST /payments/:id',
    'GET /payments/:id/confirm',
    'POST /payments/:id/confirm',
    'GET /payments/:id/confirm/code',
    'POST /payments/:id/confirm/code',
    'GET /api/me',
    'GET /api/me/activity',
    'GET /api/me/devices',
    'DELETE /api/me/devices',
    'DELETE /api/me/devices/:id',
    'GET /account/recovery-codes',
    'POST /account/recovery-codes',
    'GET /api/me/recovery-codes',
    'POST /api/me/recovery-codes',
    'POST /api/me/mobile',
    'DELETE /api/me/mobile',
    'POST /api/me/password',
    'POST /api/step-up',
    'GET /api/payments',
    'POST /api/payments',
    'POST /api/payments/:id/confirmation',
  ];
  /** To a login without the role of support they are unknown paths, as to no login at all. */
  const hiddenRoutes = ['GET /support', 'POST /support', 'POST /api/support'];
  const openRoutes = [
    'GET /register',
    'POST /register',
    'GET /login',
    'POST /login',
    'GET /login/code',
    'POST /login/code',
    'POST /logout',
    'POST /language',
    'GET /handset',
    'GET /handset.json',
    'POST /api/register',
    'POST /api/login',
    'POST /api/login/code',
    'GET /api/login/code',
    'POST /api/logout',
  ];

  it('A7: opens no protected route, with any cookie issued so far', async () => {
    const demo = await startDemo();
    const cookies = await halfALogin(demo);

    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of [...cookies, cookies.join('; ')]) {
      const refused = await request(demo.url).get('/api/me').set('Cookie', cookie).expect(401);
      expect(refused.body).toMatchObject({ code: 'unauthenticated' });
    }
  });

  it.each(protectedRoutes)('A8: does not get to %s', async (route) => {
    const demo = await startDemo();
    const cookies = await halfALogin(demo);
    const [method = '', path = ''] = route.split(' ');

    for (const cookie of cookies) {
      const answer = await fetch(demo.url + path, {
        method,
        headers: { cookie },
        redirect: 'manual',
      });
      expect([answer.status, answer.headers.get('location')]).toEqual(
        path.startsWith('/api/') ? [401, null] : [303, '/login'],
      );
    }
  });

  it.each(hiddenRoutes)('A8: does not learn of %s', async (route) => {
    const demo = await startDemo();
    const cookies = await halfALogin(demo);
    const [method = '', path = ''] = route.split(' ');

    for (const cookie of cookies) {
      const answer = await fetch(demo.url + path, { method, headers: { cookie } });
      expect(answer.status).toBe(404);
    }
  });

  it('A8: is tested against every route of the app', async () => {
    const { app } = await startDemo();

    expect(routesOf(app.router).sort()).toEqual(
      [...protectedRoutes, ...hiddenRoutes, ...openRoutes].sort(),
    );
  });
});
