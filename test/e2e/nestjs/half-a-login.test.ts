import { JwtService } from '@nestjs/jwt';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { type Example, startExample } from './example.js';

const protectedRoutes = ['GET /me', 'POST /transfers'];
const openRoutes = ['POST /login', 'POST /login/code', 'GET /handset.json'];

/** Every text in an answer that could be taken for a token. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe('Half a login to the Nest example', () => {
  /** Everything that a client can collect without a code. */
  async function halfALogin({ client, wrongCode }: Example): Promise<Set<string>> {
    const demo = client();
    const collected = [
      await demo.login(),
      await demo.resend(),
      await demo.enter(wrongCode()),
      await demo.enter(''),
      await demo.login(),
      await client().login(),
    ];
    for (const { headers } of collected) expect(headers['set-cookie']).toBeUndefined();
    return new Set(collected.flatMap(({ body }) => textsIn(body)));
  }

  it.each(protectedRoutes)(
    'A7, A8: does not get to %s, with anything that it was told',
    async (route) => {
      const example = await startExample();
      const texts = await halfALogin(example);
      const [method = '', path = ''] = route.split(' ');

      expect(texts.size).toBeGreaterThan(10);
      for (const text of ['', ...texts]) {
        const { status } = await fetch(example.url + path, {
          method,
          headers: { authorization: `Bearer ${encodeURIComponent(text)}` },
        });
        expect(status).toBe(401);
      }
    },
  );

  it('A8: is tested against every route of the app', async () => {
    const { app } = await startExample();
    const { stack } = app.getHttpAdapter().getInstance().router;

    const routes = stack.flatMap(
      ({ route }: { route?: { path: string; stack: { method: string }[] } }) =>
        route ? route.stack.map(({ method }) => `${method.toUpperCase()} ${route.path}`) : [],
    );
    expect(routes.sort()).toEqual([...protectedRoutes, ...openRoutes].sort());
  });

  it.each([
    ['of one factor', { sub: '1', amr: ['pwd'] }, {}],
    ['that says nothing of factors', { sub: '1' }, {}],
    ['of nobody', { sub: '7', amr: ['mfa'] }, {}],
    ['of another issuer', { sub: '1', amr: ['mfa'] }, { issuer: 'another' }],
    ['of another algorithm', { sub: '1', amr: ['mfa'] }, { algorithm: 'HS512' }],
    ['of another secret', { sub: '1', amr: ['mfa'] }, { secret: 'another' }],
  ] as const)('A7: a token %s opens nothing', async (_what, claims, options) => {
    const { app, url } = await startExample();
    const token = await app.get(JwtService, { strict: false }).signAsync(claims, options);

    await request(url).get('/me').set('authorization', `Bearer ${token}`).expect(401);
  });

  it('with a token of both factors opens protected routes', async () => {
    const { app, url } = await startExample();
    const jwt = app.get(JwtService, { strict: false });
    const token = await jwt.signAsync({ sub: '1', amr: ['mfa'] });

    await request(url).get('/me').set('authorization', `Bearer ${token}`).expect(200);
  });
});
