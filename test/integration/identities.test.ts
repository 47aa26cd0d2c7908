import { type RequestHandler, raw, text, urlencoded } from 'express';
import { describe, expect, it } from 'vitest';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';

const password = { username: 'alice', password: 'right' };

describe('F19: a user id that is a number in one place and a string in the other', () => {
  it.each<[string | number, string | number]>([
    ['1', 1],
    [1, '1'],
  ])('ends in an error that names both types: %j and then %j', async (before, after) => {
    const now: { id: string | number } = { id: before };
    const { browser, emulator } = await startApp({
      strategy: { userId: () => Object(now).id },
      verify: (users) => async () => users.alice,
    });
    const alice = browser();
    await alice.login();
    // As a driver gives a BIGINT, and an ORM the same column.
    now.id = after;
    const answer = await alice.enter(newestCode(emulator));
    expect([answer.status, answer.body.code]).toEqual([500, 'user_unusable']);
    expect(answer.body.message).toContain(`a ${typeof before} at the first factor`);
    expect(answer.body.message).toContain('String(user.id)');
  });

  it('counts as a changed account if it differs', async () => {
    const { browser, emulator } = await startApp({ verify: (users) => async () => users.bob });
    const alice = browser();
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('user_changed');
  });
});

describe('F25: a body that no parser has parsed', () => {
  it.each<[string, RequestHandler, string]>([
    ['a Buffer', raw({ type: '*/*' }), 'application/octet-stream'],
    ['a string', text({ type: '*/*' }), 'text/plain'],
    [
      'URLSearchParams',
      (request, _response, next) => {
        request.body = new URLSearchParams({ code: '123456' });
        next();
      },
      'text/plain',
    ],
    [
      'a FormData',
      (request, _response, next) => {
        request.body = new FormData();
        next();
      },
      'text/plain',
    ],
  ])(
    'ends in an error that names the parser, and sends nothing: %s',
    async (_what, parser, type) => {
      const { app, client, emulator, passport } = await startApp();
      const user: RequestHandler = (request, _response, next) => {
        request.user = { id: 1, name: 'alice', mobile: '+64211111111' };
        next();
      };
      app.post('/raw', parser, user, passport.authenticate('modica-2fa', { failWithError: true }));
      const answer = await client().post('/raw').set('content-type', type).send('code=123456');
      expect(answer.status).toBe(500);
      expect(answer.text).toContain('express.json()');
      expect(emulator.requests).toHaveLength(0);
    },
  );

  it('does not include an object without a prototype', async () => {
    const options: AppOptions = {
      routes: ({ app, passport, password: first, answerUser }) => {
        const bare: RequestHandler = (request, _response, next) => {
          request.body = Object.assign(Object.create(null), request.body);
          next();
        };
        const second = passport.authenticate('modica-2fa', { failWithError: true });
        app.post('/bare', urlencoded({ extended: true }), bare, first, second, answerUser);
      },
    };
    const { client } = await startApp(options);
    const answer = await client().post('/bare').type('form').send(password);
    expect(answer.body.code).toBe('challenge_sent');
  });
});

describe('F29: a code route whose request already has a user', () => {
  /** As a guard for a token leaves it there, or a password that is asked for on the same route. */
  const start = (strategy: AppOptions['strategy'] = {}) =>
    startApp({
      strategy,
      routes: ({ app, passport, password: first, answerUser }) => {
        const second = passport.authenticate('modica-2fa', { failWithError: true });
        app.post('/one-route', first, second, answerUser);
      },
    });

  it('accepts the correct code of that user', async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    await alice.post('/one-route', password);
    const answer = await alice.post('/one-route', { ...password, code: newestCode(emulator) });
    expect([answer.status, answer.body.user.name]).toEqual([200, 'alice']);
  });

  it('accepts it without a session too', async () => {
    const { client, emulator } = await start({ state: 'client' });
    const { challenge } = (await client().post('/one-route').send(password)).body;
    const answer = { ...password, code: newestCode(emulator), challenge: challenge.id };
    expect((await client().post('/one-route').send(answer)).body.user.name).toBe('alice');
  });

  it("A11: refuses another user's code without calling the provider", async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    await alice.post('/one-route', password);
    const bob = { ...password, username: 'bob', code: newestCode(emulator) };
    expect((await alice.post('/one-route', bob)).body.code).toBe('challenge_not_found');
    expect(checks(emulator)).toBe(0);
    const own = await alice.post('/one-route', { ...password, code: newestCode(emulator) });
    expect(own.status).toBe(200);
  });
});
