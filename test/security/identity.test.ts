import { Agent } from 'node:http';
import { describe, expect, it } from 'vitest';
import { cookieOf, sessionText, startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';

describe('Identity', () => {
  it('A7: no cookie issued before the code opens a protected route', async () => {
    const { browser, client, emulator } = await startApp();
    const alice = browser();
    const cookies = [
      cookieOf(await alice.login()),
      cookieOf(await alice.login()),
      cookieOf(await alice.get('/login/code')),
      cookieOf(await alice.enter('000000')),
    ].filter((cookie) => cookie !== undefined);
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect((await client().get('/me').set('Cookie', cookie)).status).toBe(401);
    }
    const done = cookieOf(await alice.enter(newestCode(emulator))) ?? '';
    expect((await client().get('/me').set('Cookie', done)).status).toBe(200);
    for (const cookie of cookies) {
      expect((await client().get('/me').set('Cookie', cookie)).status).toBe(401);
    }
  });

  it('A7: a first factor that logs in by itself is undone, with an error that names the hint', async () => {
    const { browser, emulator } = await startApp({
      routes: ({ app, passport, answerUser }) => {
        app.post(
          '/half',
          passport.authenticate('local'),
          passport.authenticate('modica-2fa', { phase: 'challenge' }),
          answerUser,
        );
      },
    });
    const alice = browser();
    const answer = await alice.post('/half', { username: 'alice', password: 'right' });
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('first_factor_logged_in');
    expect(answer.body.message).toContain('{ session: false }');
    expect((await alice.get('/me')).status).toBe(401);
    expect(emulator.requests).toHaveLength(0);
  });

  it.each([{ code: '123456' }, { code: [] }, { resend: true }])(
    'A7: a first factor that logs in by itself is undone beside %o as well',
    async (beside) => {
      const { browser, emulator } = await startApp({
        routes: ({ app, passport, answerUser }) => {
          const secondFactor = passport.authenticate('modica-2fa', { failWithError: true });
          app.post('/half', passport.authenticate('local'), secondFactor, answerUser);
        },
      });
      const alice = browser();
      const answer = await alice.post('/half', { username: 'alice', password: 'right', ...beside });
      expect(answer.body.code).toBe('first_factor_logged_in');
      expect((await alice.get('/me')).status).toBe(401);
      expect(emulator.requests).toHaveLength(0);
    },
  );

  it('A7: whoever is logged in is not logged out by a GET, nor by a code in a second tab', async () => {
    const { browser, emulator } = await startApp({
      routes: ({ app, passport }) => {
        app.get('/half', passport.authenticate('modica-2fa', { failWithError: true }));
      },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(newestCode(emulator));
    expect((await alice.get('/half')).status).toBe(405);
    expect((await alice.enter('123456')).body.code).toBe('challenge_not_found');
    expect((await alice.get('/me')).status).toBe(200);
  });

  it("A11: a user, a number or the provider's own id in the body is ignored", async () => {
    const { browser, emulator } = await startApp();
    const mallory = browser();
    await browser().login('alice');
    const codeForAlice = newestCode(emulator);
    const { challenge_id } = { challenge_id: 'b3b1a9c4-0000-4000-8000-000000000000' };
    await mallory.login('bob');
    const answer = await mallory.post('/login/code', {
      code: codeForAlice,
      challenge_id,
      challenge: challenge_id,
      userId: 1,
      user: { id: 1 },
      destination: '+64211111111',
      id: 1,
    });
    expect(answer.body.code).toBe('code_incorrect');
    const sent = emulator.requests.findLast(({ path }) => path === '/responses');
    expect(sent?.body).not.toContain(challenge_id);
  });

  it("A11: a code of one user's challenge logs nobody in as the other", async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    const bob = browser();
    await alice.login('alice');
    await bob.login('bob');
    const codeForAlice = newestCode(emulator, '+64211111111');
    const codeForBob = newestCode(emulator, '+64212222222');
    expect((await bob.enter(codeForAlice)).body.code).toBe('code_incorrect');
    expect((await alice.enter(codeForAlice)).body.user.name).toBe('alice');
    expect((await bob.enter(codeForBob)).body.user.name).toBe('bob');
  });

  it('A11: a first factor in the very request of a code verifies no older challenge', async () => {
    const { browser, emulator } = await startApp({
      routes: ({ app, passport, password, answerUser }) => {
        app.post(
          '/both',
          password,
          passport.authenticate('modica-2fa', { failWithError: true }),
          answerUser,
        );
      },
    });
    const alice = browser();
    await alice.login('alice');
    const answer = await alice.post('/both', {
      username: 'bob',
      password: 'right',
      code: newestCode(emulator),
    });
    expect(answer.body.code).toBe('challenge_not_found');
    expect(checks(emulator)).toBe(0);
  });

  it('A12: a number that changed between the phases voids the challenge', async () => {
    const { browser, emulator, users } = await startApp();
    const alice = browser();
    await alice.login();
    users.alice.mobile = '+64219999999';
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('user_changed');
    users.alice.mobile = '+64211111111';
    expect((await alice.enter(newestCode(emulator))).status).toBe(401);
    expect(checks(emulator)).toBe(1);
  });

  it('A12: a verify callback that loads somebody else logs nobody in', async () => {
    const { browser, emulator, users } = await startApp({ verify: (all) => async () => all.bob });
    users.bob.mobile = users.alice.mobile;
    const alice = browser();
    await alice.login('alice');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('user_changed');
    expect((await alice.get('/me')).status).toBe(401);
  });

  it('A15: the session id after the code is new, and the old one is dead', async () => {
    const { browser, client, emulator, sessions } = await startApp();
    const alice = browser();
    const before = cookieOf(await alice.login()) ?? '';
    const after = cookieOf(await alice.enter(newestCode(emulator))) ?? '';
    expect(after).not.toBe('');
    expect(after).not.toBe(before);
    expect((await client().get('/me').set('Cookie', before)).status).toBe(401);
    expect(await sessionText({ sessions })).not.toContain('two-factor');
  });

  it('A15: nothing of the challenge is carried into the new session, even where all else is', async () => {
    const { browser, emulator, sessions } = await startApp({ route: { keepSessionInfo: true } });
    const alice = browser();
    await alice.login();
    expect(await sessionText({ sessions })).toContain('two-factor');
    await alice.enter(newestCode(emulator));
    expect(await sessionText({ sessions })).not.toContain('two-factor');
  });

  it('A25: two hundred interleaved logins on one shared instance: nobody gets another user', async () => {
    const people = Array.from({ length: 200 }, (_, index) => ({
      id: 1000 + index,
      name: `user${index}`,
      mobile: `+6421${5_000_000 + index}`,
    }));
    const { browser, emulator, users } = await startApp({
      // A connection for each call: after a standstill of the machine one that was kept may just be closing.
      strategy: { agent: { http: new Agent() } },
      routes: ({ app, passport, strategy, password, answerUser }) => {
        const route = { session: false, failWithError: true };
        app.post(
          '/shared',
          password,
          // The instance itself, not its name: one object for all requests.
          passport.authenticate(strategy, { ...route, phase: 'challenge' }),
        );
        app.post(
          '/shared/code',
          passport.authenticate(strategy, { ...route, phase: 'response' }),
          answerUser,
        );
      },
    });
    users.all.push(...people);
    const loggedIn = async ({ name, mobile }: (typeof people)[number]) => {
      const each = browser();
      const asked = await each.post('/shared', { username: name, password: 'right' });
      expect(asked.body.code).toBe('challenge_sent');
      const code = newestCode(emulator, mobile);
      return (await each.post('/shared/code', { code })).body.user?.name;
    };
    // Fifty at a time: two hundred keep a busy machine beyond the deadline of their own requests.
    for (let first = 0; first < people.length; first += 50) {
      const some = people.slice(first, first + 50);
      expect(await Promise.all(some.map(loggedIn))).toEqual(some.map(({ name }) => name));
    }
  });
});
