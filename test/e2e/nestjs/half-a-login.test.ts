import { JwtService } from '@nestjs/jwt';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { newUser } from '../../../example-app/nestjs/src/demonstration.js';
import { minute, stopClock } from '../../fixtures/clock.js';
import { type Example, logInWithoutNumber, startExample } from './example.js';

/** Need both factors. */
const fullRoutes = [
  'GET /me',
  'POST /step-up',
  'GET /me/recovery-codes',
  'POST /me/recovery-codes',
  'POST /transfers',
];
const protectedRoutes = [...fullRoutes, 'POST /me/mobile'];
const openRoutes = ['POST /login', 'POST /login/code', 'GET /handset.json'];

const auth_time = Math.floor(Date.now() / 1000);
/** The claims of a token of both factors. */
const full = { sub: '1', amr: ['mfa', 'sms'], auth_time };

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
    'A7, A8: does not reach %s, with anything in the responses to it',
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

  it.each(fullRoutes)('A7: of a user without a number does not get to %s', async (route) => {
    const example = await startExample();
    const user = await logInWithoutNumber(example);
    const [method = '', path = ''] = route.split(' ');

    const { status, body } = await (method === 'GET' ? user.get(path) : user.post(path));
    expect(status).toBe(401);
    expect(body.code).toBe('second_factor_required');
    expect(example.emulator.requests).toHaveLength(0);
  });

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
    ['of one factor, of a user with a number', { ...full, amr: ['pwd'] }, {}],
    ['that says nothing of factors', { sub: '1', auth_time }, {}],
    ['that says nothing of the time', { sub: '1', amr: ['mfa'] }, {}],
    ['of an unknown factor, of a user without a number', { sub: '2', amr: ['fpt'] }, {}],
    ['of an unknown user', { ...full, sub: '7' }, {}],
    ['of another issuer', full, { issuer: 'another' }],
    ['of another algorithm', full, { algorithm: 'HS512' }],
    ['of another secret', full, { secret: 'another' }],
  ] as const)('A7: a token %s opens nothing', async (_what, claims, options) => {
    const { app, url, emulator } = await startExample();
    const token = await app.get(JwtService, { strict: false }).signAsync(claims, options);
    const authorization = `Bearer ${token}`;

    for (const path of ['/me', '/me/recovery-codes']) {
      await request(url).get(path).set({ authorization }).expect(401);
    }
    const body = { mobile: '+64219876543' };
    await request(url).post('/me/mobile').set({ authorization }).send(body).expect(401);
    expect(emulator.requests).toHaveLength(0);
  });

  it('a token of the password alone ends after five minutes', async () => {
    const clock = stopClock();
    const example = await startExample();
    const user = await logInWithoutNumber(example);
    clock.advance(5 * minute);

    await user.post('/me/mobile', { mobile: '+64219876543' }).expect(401);
    expect(example.emulator.requests).toHaveLength(0);
  });

  it('A7: a token of the password alone ends when the user has a number', async () => {
    const example = await startExample();
    const [thief, user] = [await logInWithoutNumber(example), await logInWithoutNumber(example)];
    const mobile = { mobile: '+64219876543' };
    await user.post('/me/mobile', mobile).expect(401);
    await user.post('/me/mobile', { ...mobile, code: example.code() }).expect(200);
    const sent = example.emulator.messages.length;

    const { body } = await thief.post('/me/mobile', { mobile: '+64210000000' }).expect(401);
    expect(body.message).toBe('Please log in first.');
    await thief.login(newUser).expect(401);
    expect(example.emulator.messages.slice(sent).map(({ to }) => to)).toEqual([mobile.mobile]);
  });

  it('with a token of both factors opens protected routes', async () => {
    const { app, url } = await startExample();
    const jwt = app.get(JwtService, { strict: false });
    const token = await jwt.signAsync(full);

    await request(url).get('/me').set('authorization', `Bearer ${token}`).expect(200);
  });
});
