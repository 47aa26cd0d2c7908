import { Agent } from 'node:http';
import { describe, expect, it } from 'vitest';
import { cookieOf, sessionText, startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';

describe('The identity of a user', () => {
  it('A7: is not proved by any cookie from before the code', async () => {
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

  it('A7: is not proved by a first factor that logs in, which is undone with an error and a hint', async () => {
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
    'A7: is not proved by a first factor that logs in beside %o either',
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

  it('A7: stays logged in after a GET or a code in another tab', async () => {
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

  it("A11: cannot be set with a user, a number or the provider's id in the body", async () => {
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

  it("A11: cannot be changed with the code of another user's challenge", async () => {
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

  it('A11: cannot be changed with a first factor in the same request as a code', async () => {
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

  it('A12: is not proved when the number changes between the phases, which voids the challenge', async () => {
    const { browser, emulator, users } = await startApp();
    const alice = browser();
    await alice.login();
    users.alice.mobile = '+64219999999';
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('user_changed');
    users.alice.mobile = '+64211111111';
    expect((await alice.enter(newestCode(emulator))).status).toBe(401);
    expect(checks(emulator)).toBe(1);
  });

  it('A12: is not proved when the verify callback loads another user', async () => {
    const { browser, emulator, users } = await startApp({ verify: (all) => async () => all.bob });
    users.bob.mobile = users.alice.mobile;
    const alice = browser();
    await alice.login('alice');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('user_changed');
    expect((await alice.get('/me')).status).toBe(401);
  });

  it('A15: gets a new session id after the code, and the old id is invalid', async () => {
    const { browser, client, emulator, sessions } = await startApp();
    const alice = browser();
    const before = cookieOf(await alice.login()) ?? '';
    const after = cookieOf(await alice.enter(newestCode(emulator))) ?? '';
    expect(after).not.toBe('');
    expect(after).not.toBe(before);
    expect((await client().get('/me').set('Cookie', before)).status).toBe(401);
    expect(await sessionText({ sessions })).not.toContain('two-factor');
  });

  it('A15: gets a new session without the challenge, even if all other data is kept', async () => {
    const { browser, emulator, sessions } = await startApp({ route: { keepSessionInfo: true } });
    const alice = browser();
    await alice.login();
    expect(await sessionText({ sessions })).toContain('two-factor');
    await alice.enter(newestCode(emulator));
    expect(await sessionText({ sessions })).not.toContain('two-factor');
  });

  it('A25: is never mixed up in two hundred interleaved logins on one shared instance', async () => {
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
