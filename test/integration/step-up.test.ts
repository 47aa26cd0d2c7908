import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lib/errors.js';
import { recordSecondFactor } from '../../lib/index.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { startGuarded } from '../fixtures/guarded.js';
import { thrownBy } from '../fixtures/thrown.js';

const alicesPassword = { username: 'alice', password: 'right' };

describe('A route that requires a second factor', () => {
  it('accepts a user who has just logged in with a code', async () => {
    const { logIn } = await startGuarded({ maxAge: 300 });
    const alice = await logIn();
    expect((await alice.post('/guarded')).body).toEqual({ done: true });
  });

  it('refuses a user who is not logged in with first_factor_required', async () => {
    const { browser } = await startGuarded();
    const answer = await browser().post('/guarded');
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('first_factor_required');
  });

  it('refuses a second factor older than maxAge, to the millisecond, with the header of RFC 9470', async () => {
    const clock = stopClock();
    const { logIn, stepUp } = await startGuarded({ maxAge: 300 });
    const alice = await logIn();
    clock.advance(5 * minute - 1);
    expect((await alice.post('/guarded')).status).toBe(200);
    clock.advance(1);
    const refused = await alice.post('/guarded');
    expect(refused.status).toBe(401);
    expect(refused.body).toEqual({
      code: 'second_factor_required',
      message: "Confirm it's you by entering a code.",
      maxAge: 300,
    });
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_user_authentication", error_description="A fresh second factor is required", max_age="300"',
    );
    expect((await stepUp(alice)).status).toBe(200);
    expect((await alice.post('/guarded')).status).toBe(200);
  });

  it('accepts any second factor of this login without maxAge, but none in the future', async () => {
    const clock = stopClock();
    const { logIn } = await startGuarded();
    const alice = await logIn();
    clock.advance(60 * minute);
    expect((await alice.post('/guarded')).status).toBe(200);
    clock.advance(-62 * minute);
    expect((await alice.post('/guarded')).status).toBe(401);
  });

  it('refuses in the language that locale names', async () => {
    const { browser } = await startGuarded({ locale: (request) => request.get('x-language') });
    const { agent } = browser();
    const answer = await agent.post('/guarded').set('x-language', 'es');
    expect(answer.body.message).toBe('Por favor, primero inicie sesión con su contraseña.');
    const { browser: another } = await startGuarded({ locale: 'es' });
    expect((await another().post('/guarded')).body.message).toMatch(/primero inicie sesión/);
  });

  it('agrees with hasSecondFactor', async () => {
    const clock = stopClock();
    const { browser, logIn } = await startGuarded();
    const alice = await logIn();
    expect((await browser().get('/asked')).body).toEqual({ fresh: false });
    expect((await alice.get('/asked')).body).toEqual({ fresh: true });
    clock.advance(minute);
    expect((await alice.get('/asked')).body).toEqual({ fresh: false });
  });

  it('refuses after a login whose second factor was not recorded', async () => {
    const { logIn } = await startGuarded({}, { hook: false });
    const alice = await logIn();
    expect((await alice.get('/me')).status).toBe(200);
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('refuses after a logout', async () => {
    const { logIn } = await startGuarded();
    const alice = await logIn();
    await alice.post('/logout');
    expect((await alice.post('/guarded')).body.code).toBe('first_factor_required');
  });
});

describe('A page that requires a second factor', () => {
  it('redirects to the page that asks for a code, and back once after it', async () => {
    const clock = stopClock();
    const { logIn, stepUp } = await startGuarded({ maxAge: 300, redirectTo: '/confirm' });
    const alice = await logIn();
    clock.advance(5 * minute);
    const sent = await alice.get('/guarded?from=here&to=there');
    expect([sent.status, sent.headers['location']]).toEqual([303, '/confirm']);
    expect((await stepUp(alice)).body).toEqual({ to: '/guarded?from=here&to=there' });
    clock.advance(minute);
    expect((await stepUp(alice)).body).toEqual({ to: '/' });
  });

  it('redirects to the start page after a POST, which a redirect cannot repeat', async () => {
    const clock = stopClock();
    const { logIn, stepUp } = await startGuarded({ maxAge: 300, redirectTo: '/confirm' });
    const alice = await logIn();
    clock.advance(5 * minute);
    await alice.get('/guarded');
    expect((await alice.post('/guarded')).headers['location']).toBe('/confirm');
    expect((await stepUp(alice)).body).toEqual({ to: '/' });
  });

  it('does not redirect a user who is not logged in', async () => {
    const { browser } = await startGuarded({ redirectTo: '/confirm' });
    expect((await browser().get('/guarded')).body.code).toBe('first_factor_required');
  });

  it("is also returned to by Passport's option successReturnToOrRedirect", async () => {
    const clock = stopClock();
    const { logIn, enterAgain } = await startGuarded({ maxAge: 300, redirectTo: '/confirm' });
    const alice = await logIn();
    clock.advance(5 * minute);
    await alice.get('/guarded?x=1');
    expect((await enterAgain(alice)).headers['location']).toBe('/guarded?x=1');
    expect((await alice.get('/guarded')).status).toBe(200);
  });
});

describe('recordSecondFactor', () => {
  it.each(['text', 7, null, undefined, {}, { code: 'verified', purpose: 'login', amr: [] }])(
    'throws info_unknown for an info that is not from a success: %j',
    async (info) => {
      const session = {};
      const error = await thrownBy(ConfigurationError, () => recordSecondFactor({ session }, info));
      expect(error.code).toBe('info_unknown');
      expect(session).toEqual({});
    },
  );

  it('records the second factor when a custom callback calls it', async () => {
    const { emulator, browser } = await startGuarded();
    const alice = browser();
    await alice.login();
    const answer = await alice.post('/callback', { code: newestCode(emulator) });
    expect(answer.body).toEqual({ recorded: true });
    expect((await alice.post('/guarded')).status).toBe(200);
  });

  it('throws session_missing without a session, but not as the hook of Passport', async () => {
    const { emulator, client } = await startGuarded(
      {},
      { session: false, strategy: { state: 'client' } },
    );
    const { challenge } = (await client().post('/login').send(alicesPassword)).body;
    const code = newestCode(emulator);
    const answer = await client().post('/record').send({ challenge: challenge.id, code });
    expect(answer.body).toMatchObject({ code: 'session_missing' });
    const again = (await client().post('/login').send(alicesPassword)).body.challenge;
    const response = { challenge: again.id, code: newestCode(emulator) };
    expect((await client().post('/login/code').send(response)).status).toBe(200);
  });

  it('records nothing after an enrolment', async () => {
    const { emulator, logIn } = await startGuarded({ maxAge: 60 });
    const clock = stopClock();
    const alice = await logIn();
    clock.advance(minute);
    await alice.post('/enrol');
    const answer = await alice.post('/enrol', { code: newestCode(emulator) });
    expect(answer.body).toEqual({ recorded: false });
    expect((await alice.post('/guarded')).status).toBe(401);
  });
});

describe('The option verifiedAt', () => {
  it('replaces the session: a time older than maxAge is refused', async () => {
    const clock = stopClock();
    const verifiedAt = new Date();
    const { logIn } = await startGuarded({ maxAge: 60, verifiedAt: () => verifiedAt });
    const alice = await logIn();
    clock.advance(60 * second - 1);
    expect((await alice.post('/guarded')).status).toBe(200);
    clock.advance(1);
    expect((await alice.post('/guarded')).status).toBe(401);
  });

  it.each([undefined, null, new Date(Number.NaN)])(
    'refuses a token whose time is %s',
    async (verifiedAt) => {
      const { logIn } = await startGuarded({ verifiedAt: () => verifiedAt });
      expect((await (await logIn()).post('/guarded')).status).toBe(401);
    },
  );
});
