import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { startAppWithPurposes } from '../fixtures/purposes.js';

const credentials = { username: 'bob', password: 'right' };

describe('A code', () => {
  it('is accepted with every method that its route has', async () => {
    const { browser, emulator } = await startApp({
      routes: ({ app, passport, answerUser }) => {
        const answer = passport.authenticate('modica-2fa', { phase: 'response' });
        app.put('/login/code', answer, answerUser);
      },
    });
    const { login, agent } = browser();
    await login();
    const answer = await agent.put('/login/code').send({ code: newestCode(emulator) });
    expect(answer.status).toBe(200);
  });

  it("logs in its own user, even in another user's session", async () => {
    const { browser, client, emulator } = await startApp({ strategy: { state: 'client' } });
    const alice = browser();
    const own = (await alice.login()).body.challenge.id;
    await alice.post('/login/code', { code: newestCode(emulator), challenge: own });
    const { id } = (await client().post('/login').send(credentials)).body.challenge;
    const answer = await alice.post('/login/code', { code: newestCode(emulator), challenge: id });
    expect(answer.status).toBe(200);
    expect((await alice.get('/me')).body.user.name).toBe('bob');
  });

  it('A11: for a step-up never logs in, even with its id', async () => {
    const { client, emulator, logIn } = await startAppWithPurposes({
      strategy: { state: 'client' },
    });
    const alice = await logIn();
    const { id } = (await alice.post('/step-up')).body.challenge;
    const before = checks(emulator);
    const answer = { code: newestCode(emulator), challenge: id };
    expect((await client().post('/login/code').send(answer)).body.code).toBe('challenge_not_found');
    expect(checks(emulator)).toBe(before);
  });
});

describe('A first factor', () => {
  it.each(['alice', 7, true, null])('that sets %j as its user does not count', async (left) => {
    const { client, emulator } = await startApp({
      routes: ({ app, passport }) => {
        app.post(
          '/odd',
          (req, _res, next) => {
            Reflect.set(req, 'user', left);
            next();
          },
          passport.authenticate('modica-2fa', { failWithError: true }),
        );
      },
    });
    const answer = await client().post('/odd');
    expect(answer.body.code).toBe('first_factor_required');
    expect(emulator.requests).toEqual([]);
  });
});

describe('The destination of a route', () => {
  it('is only called for an enrolment', async () => {
    const destination = () => {
      throw new Error('Nobody enrols a number');
    };
    const { browser, emulator } = await startApp({ route: { destination } });
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });
});

describe('A client with a session', () => {
  it('gets the id of its challenge, which is useless without the session', async () => {
    const { browser, client, emulator } = await startApp();
    const { challenge } = (await browser().login()).body;
    expect(challenge).toMatchObject({
      purpose: 'login',
      id: expect.stringMatching(/^[\w.-]{45}$/),
    });
    const answer = { code: newestCode(emulator), challenge: challenge.id };
    const stolen = await client().post('/login/code').send(answer);
    expect(stolen.body.code).toBe('challenge_not_found');
  });
});
