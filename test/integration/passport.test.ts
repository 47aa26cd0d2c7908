import type { ErrorRequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { isRefusal, isTwoFactorError, TwoFactorRefusal } from '../../lib/index.js';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';

const credentials = { username: 'alice', password: 'right' };

/** A login as pages do it: redirects, and messages kept in the session. */
function startPages(options: AppOptions = {}) {
  return startApp({
    ...options,
    routes: ({ app, passport, password }) => {
      app.post(
        '/pages/login',
        password,
        passport.authenticate('modica-2fa', {
          challengeRedirect: '/pages/code',
          failureRedirect: '/pages/login',
          failureMessage: true,
        }),
      );
      app.post(
        '/pages/code',
        passport.authenticate('modica-2fa', {
          phase: 'response',
          challengeRedirect: '/pages/code',
          successRedirect: '/',
          failureRedirect: '/pages/code',
          failureMessage: true,
          failWithError: true,
        }),
      );
      app.get('/messages', (req, res) => {
        res.json(Reflect.get(req.session, 'messages') ?? []);
      });
    },
  });
}

describe('With redirects', () => {
  it('a login redirects to the code page, and the code to the start page', async () => {
    const { browser, emulator } = await startPages();
    const alice = browser();
    const asked = await alice.post('/pages/login', credentials);
    expect([asked.status, asked.headers['location']]).toEqual([302, '/pages/code']);
    const answered = await alice.post('/pages/code', { code: newestCode(emulator) });
    expect([answered.status, answered.headers['location']]).toEqual([302, '/']);
    expect((await alice.get('/me')).status).toBe(200);
  });

  it('an incorrect code redirects back with a message, even with failWithError', async () => {
    const { browser, emulator } = await startPages();
    const alice = browser();
    await alice.post('/pages/login', credentials);
    const wrong = await alice.post('/pages/code', { code: wrongCodeFor(emulator) });
    expect([wrong.status, wrong.headers['location']]).toEqual([302, '/pages/code']);
    expect((await alice.get('/messages')).body).toEqual([
      'That code is incorrect. 4 attempts left.',
    ]);
  });
});

describe('With a custom callback', () => {
  const startCallback = () =>
    startApp({
      routes: ({ app, passport, password }) => {
        app.post('/callback', password, (req, res, next) => {
          const answer: import('passport').AuthenticateCallback = (error, user, info, status) => {
            res.json({ failed: isTwoFactorError(error), user, info, status });
          };
          passport.authenticate('modica-2fa', answer)(req, res, next);
        });
        app.post('/list', (req, res, next) => {
          const answer: import('passport').AuthenticateCallback = (_error, user, info, status) => {
            res.json({ user, info, status });
          };
          passport.authenticate(['modica-2fa', 'modica-2fa'], answer)(req, res, next);
        });
      },
    });

  it('a login passes on user, info and status', async () => {
    const { client } = await startCallback();
    const { body } = await client().post('/callback').send(credentials);
    expect(body).toMatchObject({ failed: false, user: false, status: 401 });
    expect(isRefusal(body.info)).toBe(true);
  });

  it('a fault is passed on as an error', async () => {
    const { client, emulator } = await startCallback();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    expect((await client().post('/callback').send(credentials)).body.failed).toBe(true);
  });

  it('a list of strategies passes on a list of infos and statuses', async () => {
    const { client } = await startCallback();
    const { body } = await client().post('/list').send({ code: '123456' });
    const missing = expect.objectContaining({ code: 'challenge_not_found' });
    expect(body).toEqual({ user: false, info: [missing, missing], status: [401, 401] });
  });
});

describe('Without options a refusal', () => {
  it("of a malformed code is Passport's plain 400", async () => {
    const { client } = await startApp({
      routes: ({ app, passport }) => {
        app.post('/plain', passport.authenticate('modica-2fa', { phase: 'response' }));
      },
    });
    const answer = await client().post('/plain').send({});
    expect([answer.status, answer.text]).toEqual([400, 'Bad Request']);
  });
});

describe('With failWithError a refusal', () => {
  it('is an error with code, status, challenge and headers', async () => {
    const errors: unknown[] = [];
    const { client } = await startApp({
      routes: ({ app }) => {
        const keep: ErrorRequestHandler = (error, _req, _res, next) => {
          errors.push(error);
          next(error);
        };
        app.use(keep);
      },
    });
    await client().post('/login').send(credentials);
    const [error] = errors;
    expect(error).toBeInstanceOf(TwoFactorRefusal);
    expect(error).toMatchObject({
      code: 'challenge_sent',
      status: 401,
      statusCode: 401,
      expose: true,
      info: { challenge: { destination: '•••••11' } },
    });
    expect(isRefusal(error)).toBe(true);
  });
});

describe('A route option', () => {
  it.each([
    ['purpose', { purpose: 'stepup' }],
    ['phase', { phase: 'two' }],
    ['transaction', { transaction: 'text' }],
    ['challengeRedirect', { challengeRedirect: '' }],
  ])('that is misspelt ("%s") causes an error at the first request', async (name, route) => {
    const { client, emulator } = await startApp({
      routes: ({ app, passport, password }) => {
        app.post('/odd', password, passport.authenticate('modica-2fa', Object(route)));
      },
    });
    const answer = await client().post('/odd').send(credentials);
    expect(answer.body.code).toBe('route_option_invalid');
    expect(answer.body.message).toContain(`"${name}"`);
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('A challenge', () => {
  it('requires a first factor', async () => {
    const { client, emulator } = await startApp({
      routes: ({ app, passport }) => {
        app.post('/bare', passport.authenticate('modica-2fa', { failWithError: true }));
      },
    });
    const answer = await client()
      .post('/bare')
      .send({ user: { id: 1 } });
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('first_factor_required');
    expect(emulator.requests).toHaveLength(0);
  });

  it.each([null, '', '021 111 1111', '+6421', '+0211111111', '00642111111'])(
    'is refused for a number that is %s',
    async (mobile) => {
      const heard = listenToEvents();
      const { browser, emulator, users } = await startApp();
      users.alice.mobile = mobile;
      const answer = await browser().login();
      const reason = mobile ? 'not_e164' : 'missing';
      expect(heard).toContainEqual(
        expect.objectContaining({ name: 'destination_unusable', userId: 1, reason }),
      );
      expect(answer.status).toBe(422);
      expect(answer.body.code).toBe(mobile ? 'destination_unusable' : 'destination_missing');
      expect(emulator.requests).toHaveLength(0);
    },
  );

  it('is refused for a user without an id', async () => {
    const { browser } = await startApp({ strategy: { userId: () => Number.NaN } });
    const answer = await browser().login();
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('user_unusable');
  });

  it('names the user by the result of userId, which is returned unchanged', async () => {
    const { browser, emulator } = await startApp({
      strategy: { userId: (user) => user.id + 1000 },
      verify:
        (users) =>
        async ({ userId }) =>
          users.find(userId - 1000),
    });
    const alice = browser();
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).body.user.name).toBe('alice');
  });
});
