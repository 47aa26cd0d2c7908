import type { RequestHandler } from 'express';
import { Strategy } from 'passport-strategy';
import { describe, expect, it } from 'vitest';
import type { Browser, Parts } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { startGuarded } from '../fixtures/guarded.js';

/** One route of every method: a step-up, and a login by the password that forgets { session: false }. */
const routes = ({ app, passport }: Parts) => {
  const stepUp = passport.authorize('modica-2fa', { purpose: 'step-up', failWithError: true });
  app.all('/account', stepUp, (request, response) => {
    response.json({ info: request.authInfo });
  });
  const code = passport.authenticate('modica-2fa', { failWithError: true });
  app.all('/half', passport.authenticate('local', { authInfo: false }), code);
};

type Method = 'post' | 'patch' | 'put' | 'delete' | 'get' | 'head' | 'options' | 'trace';

const send = (browser: Browser, method: Method, path: string, body?: object) =>
  browser.agent[method](path).send(body);

describe('F32: a route behind a step-up', () => {
  it.each(['post', 'patch', 'put', 'delete'] as const)(
    'accepts both phases with %s',
    async (method) => {
      const { emulator, logIn } = await startGuarded({}, { routes });
      const alice = await logIn();
      const asked = await send(alice, method, '/account');
      expect(asked.body.code).toBe('challenge_sent');
      const answered = await send(alice, method, '/account', { code: newestCode(emulator) });
      expect(answered.body.info).toMatchObject({ code: 'verified', purpose: 'step-up' });
    },
  );

  it.each(['get', 'head', 'options', 'trace'] as const)('sends nothing with %s', async (method) => {
    const { emulator, logIn } = await startGuarded({}, { routes });
    const alice = await logIn();
    const sent = emulator.messages.length;
    expect((await send(alice, method, '/account')).status).toBe(405);
    expect(emulator.messages).toHaveLength(sent);
  });

  it('accepts a code with get, which no link of another site can have', async () => {
    const { emulator, logIn } = await startGuarded({}, { routes });
    const alice = await logIn();
    await send(alice, 'post', '/account');
    const answered = await send(alice, 'get', '/account', { code: newestCode(emulator) });
    expect(answered.body.info).toMatchObject({ code: 'verified', purpose: 'step-up' });
  });

  it.each(['patch', 'put', 'delete'] as const)(
    'undoes an early login with %s too',
    async (method) => {
      const { browser } = await startGuarded({}, { routes });
      const alice = browser();
      const password = { username: 'alice', password: 'right', code: '123456' };
      expect((await send(alice, method, '/half', password)).body.code).toBe(
        'first_factor_logged_in',
      );
      expect((await alice.get('/me')).status).toBe(401);
    },
  );
});

describe('A42: a user under another property', () => {
  /** As express-jwt does; with the option of the strategy or of the route. */
  const startWith = (strategy: object, route: object) =>
    startGuarded(
      {},
      {
        strategy,
        routes: ({ app, passport, strategy: ours, users }) => {
          app.use((request, _response, next) => {
            Reflect.set(request, 'auth', users.alice);
            next();
          });
          const stepUp = { purpose: 'step-up', failWithError: true, ...route } as const;
          app.post('/auth', passport.authorize('modica-2fa', stepUp), (request, response) => {
            response.json({ info: request.authInfo });
          });
          app.get('/auth', async (request, response) => {
            response.json((await ours.pending(request, { purpose: 'step-up' })) ?? null);
          });
        },
      },
    );

  it.each([
    ['the strategy', { userProperty: 'auth' }, {}],
    ['the route', {}, { userProperty: 'auth' }],
    ['the route before the strategy', { userProperty: 'nowhere' }, { userProperty: 'auth' }],
  ])('is found where %s keeps it', async (_who, strategy, route) => {
    const { browser, emulator } = await startWith(strategy, route);
    const alice = browser();
    expect((await alice.post('/auth')).body.code).toBe('challenge_sent');
    const answered = await alice.post('/auth', { code: newestCode(emulator) });
    expect(answered.body.info).toMatchObject({ code: 'verified' });
  });

  it('sees their pending challenge', async () => {
    const { browser } = await startWith({ userProperty: 'auth' }, {});
    const alice = browser();
    await alice.post('/auth');
    expect((await alice.get('/auth')).body).toMatchObject({ purpose: 'step-up' });
  });

  it('is not searched for anywhere else', async () => {
    const { browser } = await startWith({}, {});
    expect((await browser().post('/auth')).body.code).toBe('first_factor_required');
  });
});

describe('A31: a session that the first factor logged in', () => {
  it('is logged out before a missing body parser is reported', async () => {
    const bare = ({ app, passport }: Parts) => {
      const forget: RequestHandler = (request, _response, next) => {
        Reflect.deleteProperty(request, 'body');
        next();
      };
      const code = passport.authenticate('modica-2fa', { failWithError: true });
      app.post('/bare', passport.authenticate('local'), forget, code);
    };
    const { browser } = await startGuarded({}, { routes: bare });
    const alice = browser();
    const answer = await alice.post('/bare', { username: 'alice', password: 'right' });
    expect(answer.body.code).toBe('first_factor_logged_in');
    expect((await alice.get('/me')).status).toBe(401);
  });

  it.each<[string, object, object]>([
    ['a misspelt route option', {}, { challengeRedirct: '/code' }],
    ['a route option with its old name', {}, { binding: () => 'x' }],
    ['an invalid route option', {}, { phase: 'code' }],
    ['a "locale" that throws', { locale: () => Object(undefined).language.code }, {}],
    ['a "locale" that returns a promise', { locale: async () => 'en' }, {}],
  ])(
    'is logged out when the request fails before its first check: %s',
    async (_what, own, route) => {
      const mistaken = ({ app, passport }: Parts) => {
        const code = passport.authenticate('modica-2fa', Object({ failWithError: true, ...route }));
        app.post('/mistaken', passport.authenticate('local'), code);
      };
      const { browser } = await startGuarded({}, { routes: mistaken, strategy: own });
      const alice = browser();
      const answer = await alice.post('/mistaken', { username: 'alice', password: 'right' });
      expect(answer.status).toBe(500);
      expect((await alice.get('/me')).status).toBe(401);
    },
  );

  it.each<object>([
    { purpose: 'step-up', transacton: () => 'x' },
    { purpose: 'enrol', destinaton: () => 'x' },
    { phase: 'response', phaes: 'x' },
  ])('stays as it is when a route that is not for a first factor fails: %j', async (route) => {
    const mistaken = ({ app, passport }: Parts) => {
      app.post('/mistaken', passport.authenticate('modica-2fa', Object({ ...route })));
    };
    const { logIn } = await startGuarded({}, { routes: mistaken });
    const alice = await logIn();
    expect((await alice.post('/mistaken', {})).status).toBe(500);
    expect((await alice.get('/me')).status).toBe(200);
  });

  it('in a GET, as with OAuth, is logged out as well', async () => {
    const callback = ({ app, passport, users }: Parts) => {
      const oauth = new (class extends Strategy {
        override authenticate() {
          this.success(users.alice, { scope: 'openid' });
        }
      })();
      passport.use('oauth', oauth);
      const code = passport.authenticate('modica-2fa', { failWithError: true });
      app.get('/callback', passport.authenticate('oauth'), code);
    };
    const { browser } = await startGuarded({}, { routes: callback });
    const alice = browser();
    expect((await alice.get('/callback')).body.code).toBe('first_factor_logged_in');
    expect((await alice.get('/me')).status).toBe(401);
  });
});

describe("A48: an error that a route's callback throws", () => {
  const refused = () => {
    throw Object.assign(new Error('The amount is missing'), {
      status: 400,
      code: 'amount_missing',
    });
  };

  it.each([
    ['transaction', { purpose: 'step-up', transaction: refused }],
    ['transaction', { purpose: 'step-up', transaction: async () => refused() }],
    ['destination', { purpose: 'enrol', destination: refused }],
    ['destination', { purpose: 'enrol', destination: async () => refused() }],
  ] as const)(
    "reaches the app's error handler, before anything is sent or checked: %s",
    async (_name, route) => {
      const { emulator, logIn } = await startGuarded(
        {},
        {
          routes: ({ app, passport }) => {
            app.post('/own', passport.authorize('modica-2fa', { ...route, failWithError: true }));
          },
        },
      );
      const alice = await logIn();
      const [sent, checked] = [emulator.messages.length, checks(emulator)];
      for (const body of [{}, { code: '123456' }, { resend: true }]) {
        const answer = await alice.post('/own', body);
        expect([answer.status, answer.body.code]).toEqual([400, 'amount_missing']);
      }
      expect([emulator.messages.length, checks(emulator)]).toEqual([sent, checked]);
    },
  );
});
