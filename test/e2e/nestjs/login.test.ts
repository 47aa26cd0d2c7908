import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { demoUser } from '../../../example-app/nestjs/src/demonstration.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import { logIn, startApp, startExample } from './example.js';

describe('A login to the Nest example', () => {
  it('takes password, SMS and code, and returns a token for protected routes', async () => {
    const { client, code } = await startExample();
    const demo = client();

    const asked = await demo.login().expect(401);
    expect(asked.body).toMatchObject({
      statusCode: 401,
      code: 'challenge_sent',
      message: expect.any(String),
      challenge: { id: expect.any(String), destination: '•••••67', attemptsRemaining: 5 },
    });
    const handset = await demo.get('/handset.json').expect(200);
    expect(handset.body).toEqual([
      { to: '+64211234567', text: expect.stringContaining(code()), sentAt: expect.any(String) },
    ]);
    await demo.enter(code()).expect(200);
    const me = await demo.me().expect(200);
    expect(me.body).toEqual({ id: 1, username: 'demo', mobile: '•••••67' });
  });

  it('returns a token that says how and when the user logged in, valid for 15 minutes', async () => {
    const clock = stopClock();
    const demo = await logIn(await startExample());

    const [, claims = ''] = demo.token()?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      sub: '1',
      amr: ['mfa', 'sms'],
      auth_time: Math.floor(Date.now() / 1000),
    });
    clock.advance(15 * minute - second);
    await demo.me().expect(200);
    clock.advance(second);
    await demo.me().expect(401);
  });

  it('with a wrong password or an invalid body ends before anything is sent', async () => {
    const { client, emulator } = await startExample();

    await client()
      .login({ ...demoUser, password: 'wrong' })
      .expect(401, { statusCode: 401, message: 'Unauthorized' });
    await client()
      .login({ ...demoUser, username: 'nobody' })
      .expect(401);
    expect(emulator.requests).toHaveLength(0);
  });

  it('takes the username in either case', async () => {
    const { client } = await startExample();

    const { body } = await client()
      .login({ ...demoUser, username: 'Demo' })
      .expect(401);
    expect(body.code).toBe('challenge_sent');
  });

  it.each([
    ['no fields', {}],
    ['a list', [demoUser]],
    ['a list for a password', { ...demoUser, password: ['x'] }],
    ['an empty username', { ...demoUser, username: '' }],
    ['an endless password', { ...demoUser, password: 'x'.repeat(201) }],
    ['an unknown field', { ...demoUser, admin: true }],
  ])('A48: with %s is a 400, and nothing is sent', async (_what, body) => {
    const { url, emulator, logged } = await startExample();

    const refused = await request(url).post('/login').send(body).expect(400);
    expect(refused.body).toMatchObject({ statusCode: 400, message: expect.any(Object) });
    expect(emulator.requests).toHaveLength(0);
    expect(logged).toEqual([]);
  });

  it.each([
    ['the code', { code: 123_456 }],
    ['the code', { code: { $gt: '' } }],
    ['the challenge', { challenge: ['x'], code: '123456' }],
    ['the recovery code', { recoveryCode: 7 }],
    ['resend', { resend: { x: 1 } }],
  ])('with a value of another type for %s is refused, never a 500', async (_what, body) => {
    const example = await startExample();
    const demo = example.client();
    await demo.login();

    const refused = await demo.post('/login/code', body);
    expect([400, 401, 429]).toContain(refused.status);
    expect(refused.body).toMatchObject({ code: expect.any(String) });
    expect(refused.body.token).toBeUndefined();
    expect(example.logged).toEqual([]);
  });
});

describe('A code for the Nest example', () => {
  it('that is incorrect is refused with the attempts left, and the correct one still works', async () => {
    const { client, code, wrongCode } = await startExample();
    const demo = client();
    await demo.login();

    const { body } = await demo.enter(wrongCode()).expect(401);
    expect(body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
    await demo.enter(code()).expect(200);
  });

  it('that is missing is refused, and no other code is sent', async () => {
    const { client, emulator } = await startExample();
    const demo = client();
    await demo.login();

    const { body } = await demo.post('/login/code', {}).expect(400);
    expect(body.code).toBe('code_malformed');
    expect(emulator.messages).toHaveLength(1);
  });

  it('can be sent again after the time in Retry-After', async () => {
    const clock = stopClock();
    const { client, code, emulator } = await startExample();
    const demo = client();
    await demo.login();

    const early = await demo.resend().expect(429).expect('Retry-After', '30');
    expect(early.body).toMatchObject({ code: 'resend_too_soon', retryAfter: 30 });
    clock.advance(30 * second);
    const again = await demo.resend().expect(401);
    expect(again.body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
    await demo.enter(code()).expect(200);
  });

  it('expires', async () => {
    const clock = stopClock();
    const { client, code, checks } = await startExample();
    const demo = client();
    await demo.login();
    clock.advance(5 * minute);

    const { body } = await demo.enter(code()).expect(401);
    expect(body.code).toMatch(/^challenge_(expired|not_found)$/);
    expect(checks()).toBe(0);
  });

  it('that is guessed too often locks the user, and the refusal says for how long', async () => {
    const clock = stopClock();
    const { client, wrongCode, checks } = await startExample();
    const demo = client();
    for (let round = 0; round < 2; round += 1) {
      await demo.login().expect(401);
      for (let guess = 0; guess < 5; guess += 1) await demo.enter(wrongCode());
      clock.advance(31 * second);
    }

    const { headers, body } = await demo.login().expect(429);
    expect(body.code).toBe('user_locked');
    expect(body.retryAfter).toBeGreaterThan(60);
    expect(headers['retry-after']).toBe(String(body.retryAfter));
    expect(checks()).toBe(10);
  });
});

describe('A fault under the Nest example', () => {
  it('is a 503 while Modica is unreachable, logged and not explained to the client', async () => {
    const { client, logged } = await startApp({
      MODICA_USERNAME: 'app',
      MODICA_PASSWORD: 'canary-password',
      // The system gives this port to nobody.
      MODICA_BASE_URL: 'http://127.0.0.1:1',
    });

    const { body } = await client().login().expect(503);
    expect(body).toEqual({
      statusCode: 503,
      code: 'provider_unavailable',
      message: 'We cannot send or check codes right now.',
    });
    expect(logged).toEqual([expect.objectContaining({ code: 'provider_unavailable' })]);
  });
});
