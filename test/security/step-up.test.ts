import { describe, expect, it } from 'vitest';
import {
  type RequireSecondFactorOptions,
  recordSecondFactor,
  requireSecondFactor,
  takeReturnPath,
} from '../../lib/index.js';
import type { AppOptions } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { startGuarded } from '../fixtures/guarded.js';

/** A login that keeps what the session held, and one by the password alone. */
const careless: AppOptions = {
  routes: ({ app, passport, answerUser }) => {
    const keep = { keepSessionInfo: true, failWithError: true };
    app.post('/keep/code', passport.authenticate('modica-2fa', { ...keep, phase: 'response' }));
    app.post('/password-only', passport.authenticate('local', keep), answerUser);
    app.post('/keep/logout', (request, response, next) => {
      request.logout(keep, (error) => (error ? next(error) : response.end()));
    });
  },
};

/** What a guard says to this user on this session; undefined when it lets them in. */
function refusalFor(session: object, user: object): unknown {
  const refusals: unknown[] = [];
  requireSecondFactor()(Object({ session, user }), Object({}), (error) => refusals.push(error));
  return Reflect.get(Object(refusals[0]), 'code');
}

const bobsPassword = { username: 'bob', password: 'right' };
const alicesPassword = { username: 'alice', password: 'right' };

describe('A16: the mark of one user', () => {
  it('never serves another who logs in to the same session, which is kept', async () => {
    const { logIn } = await startGuarded({}, careless);
    const browser = await logIn('alice');
    expect((await browser.post('/guarded')).status).toBe(200);
    expect((await browser.post('/password-only', bobsPassword)).body.user.name).toBe('bob');
    expect((await browser.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('never serves the same user after a login by the password alone', async () => {
    const { logIn } = await startGuarded({}, careless);
    const alice = await logIn('alice');
    await alice.post('/password-only', alicesPassword);
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('ends at a logout that keeps the session', async () => {
    const { logIn } = await startGuarded({}, careless);
    const alice = await logIn('alice');
    await alice.post('/keep/logout');
    await alice.post('/password-only', alicesPassword);
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('serves its user alone where sessions have no ids, and 1 is not "1"', () => {
    const session = { 'two-factor-verified': { realm: 'users', userId: 1, at: Date.now() } };
    expect([1, '1', 2, undefined].map((id) => refusalFor(session, { id }))).toEqual([
      undefined,
      'user_unusable',
      'second_factor_required',
      'user_unusable',
    ]);
  });

  it.each([
    'text',
    null,
    {},
    { userId: 1 },
    { at: 0 },
    { realm: 'users', userId: 1, at: 'now' },
    { realm: 'users', userId: { $ne: null }, at: 0 },
    { realm: 'users', userId: 1, at: Number.NaN },
    { userId: 1, at: 0 },
    { realm: 'users', userId: 1, at: 0, session: 'of another' },
    { realm: 'staff', userId: 1, at: 0 },
  ])('is none where a session holds something else: %j', (mark) => {
    const session = { 'two-factor-verified': mark };
    expect(refusalFor(session, { id: 1 })).toBe('second_factor_required');
  });

  it.each([{ sessionId: 'of the app' }, { sessionId: 7 }, { id: 'of the app' }])(
    'ends with its login also where the app keeps data under the name of an id: %j',
    async (data) => {
      const { logIn, stepUp } = await startGuarded(
        {},
        {
          routes: (parts) => {
            careless.routes?.(parts);
            parts.app.post('/data', (request, response) => {
              Object.assign(Object(request).session, data);
              response.end();
            });
          },
        },
      );
      const alice = await logIn('alice');
      await alice.post('/data');
      await stepUp(alice);
      await alice.post('/keep/logout');
      await alice.post('/password-only', alicesPassword);
      expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
    },
  );

  it('is not made for a session that nobody is logged in to', async () => {
    const { emulator, browser } = await startGuarded();
    const alice = browser();
    await alice.login();
    expect((await alice.post('/note', { code: newestCode(emulator) })).body).toEqual({
      noted: false,
    });
  });

  it('of a customer never serves staff with the same id', async () => {
    const { logIn } = await startGuarded({ realm: 'staff' });
    expect((await (await logIn('alice')).post('/guarded')).body.code).toBe('option_invalid');
    const session = { 'two-factor-verified': { realm: 'staff', userId: 1, at: Date.now() } };
    expect(refusalFor(session, { id: 1 })).toBe('second_factor_required');
  });

  it('is that of whom the code proved, whoever is logged in where it is noted', async () => {
    const infos: unknown[] = [];
    const { emulator, browser, logIn } = await startGuarded(
      {},
      {
        routes: ({ app, passport }) => {
          const login = { phase: 'response', failWithError: true } as const;
          app.post('/keep', passport.authenticate('modica-2fa', login), (request, response) => {
            infos.push(request.authInfo);
            response.end();
          });
          app.post('/steal', (request, response) => {
            response.json({ noted: recordSecondFactor(request, infos[0]) });
          });
        },
      },
    );
    const alice = browser();
    await alice.login();
    await alice.post('/keep', { code: newestCode(emulator) });
    const bob = await logIn('bob');
    expect((await bob.post('/steal')).body).toEqual({ noted: true });
    expect((await bob.post('/guarded')).body.code).toBe('second_factor_required');
  });
});

describe('A34: a code bound to a payment', () => {
  const payment = {
    purpose: 'step-up',
    transaction: () => ({ to: 'bob', amount: 1 }),
    failWithError: true,
  } as const;

  /** A login whose second factor is no longer fresh, and a payment that its code has approved. */
  async function startPaid(options: RequireSecondFactorOptions) {
    const clock = stopClock();
    const app = await startGuarded(options, {
      routes: ({ app: routes, passport }) => {
        routes.post(
          '/pay',
          passport.authorize('modica-2fa', { ...payment }),
          (request, response) => {
            response.json({
              info: request.authInfo,
              noted: recordSecondFactor(request, request.authInfo),
            });
          },
        );
      },
    });
    const alice = await app.logIn();
    clock.advance(minute);
    await alice.post('/pay');
    const paid = await alice.post('/pay', { code: newestCode(app.emulator) });
    return { ...app, alice, paid };
  }

  it('opens no step-up guard', async () => {
    const { alice, paid } = await startPaid({ maxAge: 60 });
    expect(paid.body).toMatchObject({ info: { code: 'verified' }, noted: false });
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('leaves the mark of the login as it is', async () => {
    const { alice } = await startPaid({ maxAge: 300 });
    expect((await alice.post('/guarded')).status).toBe(200);
  });
});

describe('A23: after a step-up', () => {
  it('nobody goes to another site, whatever path was asked for', async () => {
    const clock = stopClock();
    const { enterAgain, logIn, stepUp } = await startGuarded(
      { maxAge: 60, redirectTo: '/confirm' },
      {
        routes: ({ app }) => {
          app.get('/*any', requireSecondFactor({ maxAge: 60, redirectTo: '/confirm' }));
        },
      },
    );
    const alice = await logIn();
    clock.advance(minute);
    const asked = await alice.get('//evil.example/guarded');
    expect(asked.headers['location']).toBe('/confirm');
    expect((await stepUp(alice)).body).toEqual({ to: '/' });
    clock.advance(minute);
    await alice.get('//evil.example/guarded');
    // Passport's own option believes what it finds in the session.
    expect((await enterAgain(alice)).headers['location']).toBe('/');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/%2e//evil.example', 7])(
    'a path that somebody got into the session is not gone to: %s',
    (returnTo) => {
      const session = { returnTo };
      expect(takeReturnPath(Object({ session }), '/home')).toBe('/home');
      expect(session).toEqual({});
    },
  );

  it('there is somewhere to go without a session', () => {
    expect(takeReturnPath(Object({}))).toBe('/');
  });
});
