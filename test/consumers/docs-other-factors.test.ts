import { generateSecret, generateSync } from 'otplib';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { createPasskey } from '../fixtures/passkey.js';
import { storesOf } from './other-factors.js';
import { startSamples } from './sample-app.js';

const now = Date.UTC(2026, 10, 28, 9, 30);

/** The app of docs/other-factors.md: Alice and Bob have a passkey and an authenticator app each. */
async function start() {
  const clock = stopClock(now);
  const passkeys = { alice: createPasskey(), bob: createPasskey() };
  const secret = generateSecret();
  const { url, emulator } = await startSamples('docs/other-factors.md', (ids) => ({
    ...storesOf(ids, passkeys, secret),
    'routes.ts': `
      import passport from 'passport';
      import { requireSecondFactor } from 'passport-modica-2fa';
      import app from './pages.js';
      import { passkeyRoutes } from './passkeys.js';
      import { totpRoutes } from './totp.js';
      import { totpRegistration } from './totp-registration.js';
      app.use(passkeyRoutes, totpRoutes, totpRegistration);
      app.post('/password-only', passport.authenticate('local'), (_req, res) => { res.end(); });
      app.get('/me', (req, res) => { res.json({ name: Object(req.user).name }); });
      const guard = requireSecondFactor({ maxAge: 300, redirectTo: '/confirm' });
      app.get('/guarded', guard, (_req, res) => { res.json({ done: true }); });
      export default app;`,
  }));
  const code = (at = Date.now()) => generateSync({ secret, epoch: at / second });
  const browser = () => {
    const agent = request.agent(url);
    return {
      agent,
      logIn: (username = 'alice') =>
        agent.post('/password-only').type('form').send({ username, password: 'right' }).expect(200),
      challenge: async (): Promise<string> =>
        (await agent.post('/passkey/options').expect(200)).body.challenge,
      passkey: async (path: string, assertion: object) => {
        const { status, body } = await agent.post(path).send(assertion);
        return { status, to: body.to };
      },
      totp: async (given: unknown) => {
        const answer = await agent.post('/confirm/totp').type('form').send({ code: given });
        return { status: answer.status, to: answer.headers['location'] };
      },
      guarded: async () => (await agent.get('/guarded')).status,
      name: async () => (await agent.get('/me')).body.name,
    };
  };
  return { clock, passkeys, browser, code, emulator };
}

const refused = { status: 401, to: undefined };

describe('A passkey, as docs/other-factors.md verifies it', () => {
  it('confirms a logged-in user for five minutes, without an SMS, and leads back', async () => {
    const { clock, passkeys, browser, emulator } = await start();
    const alice = browser();
    await alice.logIn();
    expect(await alice.guarded()).toBe(303);
    const assertion = passkeys.alice.assert(await alice.challenge());
    expect(await alice.passkey('/confirm/passkey', assertion)).toEqual({
      status: 200,
      to: '/guarded',
    });
    expect(await alice.guarded()).toBe(200);
    clock.advance(5 * minute);
    expect(await alice.guarded()).toBe(303);
    expect(emulator.messages).toEqual([]);
  });

  it('logs its user in, with both factors', async () => {
    const { passkeys, browser } = await start();
    const bob = browser();
    const assertion = passkeys.bob.assert(await bob.challenge());
    expect(await bob.passkey('/login/passkey', assertion)).toEqual({ status: 200, to: '/' });
    expect(await bob.name()).toBe('bob');
    expect(await bob.guarded()).toBe(200);
  });

  it.each([
    ['without user verification', { flags: 0x01 }],
    ['for another origin', { origin: 'https://example.com.evil.example' }],
    ['for another site', { rpID: 'evil.example' }],
  ])('is refused %s', async (_how, wrong) => {
    const { passkeys, browser } = await start();
    const alice = browser();
    await alice.logIn();
    for (const path of ['/confirm/passkey', '/login/passkey']) {
      const assertion = passkeys.alice.assert(await alice.challenge(), wrong);
      expect(await alice.passkey(path, assertion)).toEqual(refused);
    }
    expect(await alice.guarded()).toBe(303);
  });

  it('of another user confirms nothing', async () => {
    const { passkeys, browser } = await start();
    const alice = browser();
    await alice.logIn();
    const assertion = passkeys.bob.assert(await alice.challenge());
    expect(await alice.passkey('/confirm/passkey', assertion)).toEqual(refused);
    expect(await alice.guarded()).toBe(303);
  });

  it('confirms nothing for a browser that is not logged in', async () => {
    const { passkeys, browser } = await start();
    const nobody = browser();
    const assertion = passkeys.alice.assert(await nobody.challenge());
    expect(await nobody.passkey('/confirm/passkey', assertion)).toEqual(refused);
  });

  it('signs each challenge once, in its own session and in time', async () => {
    const { clock, passkeys, browser } = await start();
    const [alice, thief] = [browser(), browser()];
    await alice.logIn();
    const assertion = passkeys.alice.assert(await alice.challenge(), { counter: 0 });
    await thief.challenge();
    expect(await thief.passkey('/login/passkey', assertion)).toEqual(refused);
    const both = await Promise.all([
      alice.passkey('/confirm/passkey', assertion),
      alice.passkey('/confirm/passkey', assertion),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(await alice.passkey('/confirm/passkey', assertion)).toEqual(refused);
    const late = passkeys.alice.assert(await alice.challenge());
    clock.advance(2 * minute + second);
    expect(await alice.passkey('/confirm/passkey', late)).toEqual(refused);
  });

  it.each([[{}], [[]], [{ id: { $ne: null } }], [{ id: '__proto__' }]])(
    'is refused in any other form: %j',
    async (body) => {
      const { browser, passkeys } = await start();
      const alice = browser();
      await alice.logIn();
      await alice.challenge();
      expect(await alice.passkey('/confirm/passkey', body)).toEqual(refused);
      await alice.challenge();
      const { id } = passkeys.alice;
      expect(await alice.passkey('/confirm/passkey', { id, response: 7 })).toEqual(refused);
    },
  );
});

describe('A code of an authenticator app, as docs/other-factors.md verifies it', () => {
  it('confirms a logged-in user, without an SMS, and leads back', async () => {
    const { browser, code, emulator } = await start();
    const alice = browser();
    await alice.logIn();
    expect(await alice.guarded()).toBe(303);
    expect(await alice.totp(code())).toEqual({ status: 303, to: '/guarded' });
    expect(await alice.guarded()).toBe(200);
    expect(emulator.messages).toEqual([]);
  });

  it('is accepted once, also of two requests at once and from another session', async () => {
    const { browser, code, clock } = await start();
    const [alice, thief] = [browser(), browser()];
    for (const one of [alice, thief]) await one.logIn();
    const both = await Promise.all([alice.totp(code()), alice.totp(code())]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 401]);
    expect(await thief.totp(code())).toEqual(refused);
    // An earlier one neither, which a thief may have seen.
    expect(await thief.totp(code(Date.now() - 30 * second))).toEqual(refused);
    clock.advance(30 * second);
    expect((await alice.totp(code())).status).toBe(303);
  });

  it('may be one step old or early, not two', async () => {
    const { browser, code } = await start();
    const alice = browser();
    await alice.logIn();
    for (const [steps, status] of [
      [-2, 401],
      [2, 401],
      [-1, 303],
      [1, 303],
    ] as const) {
      expect((await alice.totp(code(Date.now() + steps * 30 * second))).status).toBe(status);
    }
  });

  it('has five attempts in a quarter of an hour, also at once and in several sessions', async () => {
    const { browser, code } = await start();
    const [alice, thief] = [browser(), browser()];
    for (const one of [alice, thief]) await one.logIn();
    const wrong = code() === '000000' ? '111111' : '000000';
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? alice : thief).totp(wrong)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
    expect((await alice.totp(code())).status).toBe(429);
    expect(await alice.guarded()).toBe(303);
  });

  it.each([undefined, '', '12345', '1234567', '12345a', '１２３４５６'])(
    'that can be none costs no attempt: %s',
    async (given) => {
      const { browser, code } = await start();
      const alice = browser();
      await alice.logIn();
      for (let tried = 0; tried < 6; tried += 1) expect((await alice.totp(given)).status).toBe(400);
      expect((await alice.totp(code())).status).toBe(303);
    },
  );

  it('is refused without a login, for a user without an app, and from a sibling domain', async () => {
    const { browser, code } = await start();
    expect(await browser().totp(code())).toEqual(refused);
    const bob = browser();
    await bob.logIn('bob');
    expect(await bob.totp(code())).toEqual(refused);
    await bob.agent.post('/confirm/totp').set('sec-fetch-site', 'same-site').expect(403);
  });
});

describe('The registration of an authenticator app in docs/other-factors.md', () => {
  it('takes a fresh second factor and a code of the new secret, which is used up with it', async () => {
    const { browser, passkeys, clock } = await start();
    const bob = browser();
    await bob.logIn('bob');
    const closed = await bob.agent.get('/account/totp').expect(303);
    expect(closed.headers['location']).toBe('/confirm');
    await bob.agent.post('/account/totp').type('form').send({ code: '123456' }).expect(303);
    await bob.passkey('/confirm/passkey', passkeys.bob.assert(await bob.challenge()));

    const { body: shown } = await bob.agent.get('/account/totp').expect(200);
    expect(shown.uri).toContain(shown.secret);
    const code = () => generateSync({ secret: shown.secret, epoch: Date.now() / second });
    const register = (given?: string) =>
      bob.agent.post('/account/totp').type('form').send({ code: given });
    for (const wrong of [undefined, '12345', code() === '000000' ? '111111' : '000000']) {
      expect((await register(wrong)).status).toBe(400);
    }
    expect((await bob.totp(code())).status).toBe(401);
    expect((await register(code())).status).toBe(204);
    expect((await register(code())).status).toBe(400);
    expect((await bob.totp(code())).status).toBe(401);
    clock.advance(30 * second);
    expect((await bob.totp(code())).status).toBe(303);
  });
});
