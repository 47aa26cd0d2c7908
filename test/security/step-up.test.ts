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
import { addSessionKeepingRoutes } from '../fixtures/session-keeping.js';

const sessionKeepingRoutes: AppOptions = { routes: addSessionKeepingRoutes };

/** The code of the refusal for this user and session; undefined if the request passes. */
function refusalFor(session: object, user: object): unknown {
  const refusals: unknown[] = [];
  requireSecondFactor()(Object({ session, user }), Object({}), (error) => refusals.push(error));
  return Reflect.get(Object(refusals[0]), 'code');
}

const bobsPassword = { username: 'bob', password: 'right' };
const alicesPassword = { username: 'alice', password: 'right' };

describe('A16: the recorded second factor', () => {
  it('is void for another user who logs in to the same session, which is kept', async () => {
    const { logIn } = await startGuarded({}, sessionKeepingRoutes);
    const browser = await logIn('alice');
    expect((await browser.post('/guarded')).status).toBe(200);
    expect((await browser.post('/keep/password', bobsPassword)).body.user.name).toBe('bob');
    expect((await browser.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('is void for the same user after a login by the password alone', async () => {
    const { logIn } = await startGuarded({}, sessionKeepingRoutes);
    const alice = await logIn('alice');
    await alice.post('/keep/password', alicesPassword);
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('ends at a logout that keeps the session', async () => {
    const { logIn } = await startGuarded({}, sessionKeepingRoutes);
    const alice = await logIn('alice');
    await alice.post('/keep/logout');
    await alice.post('/keep/password', alicesPassword);
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('is valid for its own user only if sessions have no ids, and 1 is not "1"', () => {
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
  ])('is ignored if it is malformed or of another session: %j', (record) => {
    const session = { 'two-factor-verified': record };
    expect(refusalFor(session, { id: 1 })).toBe('second_factor_required');
  });

  it.each([{ sessionId: 'of the app' }, { sessionId: 7 }, { id: 'of the app' }])(
    'ends with its login even if the app keeps data under the name of an id: %j',
    async (data) => {
      const { logIn, stepUp } = await startGuarded(
        {},
        {
          routes: (parts) => {
            addSessionKeepingRoutes(parts);
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
      await alice.post('/keep/password', alicesPassword);
      expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
    },
  );

  it('is not written to a session without a login', async () => {
    const { emulator, browser } = await startGuarded();
    const alice = browser();
    await alice.login();
    expect((await alice.post('/record', { code: newestCode(emulator) })).body).toEqual({
      recorded: false,
    });
  });

  it('of a customer is void for a member of staff with the same id', async () => {
    const { logIn } = await startGuarded({ realm: 'staff' });
    expect((await (await logIn('alice')).post('/guarded')).body.code).toBe('option_invalid');
    const session = { 'two-factor-verified': { realm: 'staff', userId: 1, at: Date.now() } };
    expect(refusalFor(session, { id: 1 })).toBe('second_factor_required');
  });

  it('names the user of the code, even if another one is logged in when it is written', async () => {
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
            response.json({ recorded: recordSecondFactor(request, infos[0]) });
          });
        },
      },
    );
    const alice = browser();
    await alice.login();
    await alice.post('/keep', { code: newestCode(emulator) });
    const bob = await logIn('bob');
    expect((await bob.post('/steal')).body).toEqual({ recorded: true });
    expect((await bob.post('/guarded')).body.code).toBe('second_factor_required');
  });
});

describe('A34: a code that approved a payment', () => {
  const payment = {
    purpose: 'step-up',
    transaction: () => ({ to: 'bob', amount: 1 }),
    failWithError: true,
  } as const;

  /** A login whose second factor is a minute old, and a payment that a code has approved. */
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
              recorded: recordSecondFactor(request, request.authInfo),
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

  it('is no second factor for requireSecondFactor', async () => {
    const { alice, paid } = await startPaid({ maxAge: 60 });
    expect(paid.body).toMatchObject({ info: { code: 'verified' }, recorded: false });
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('leaves the recorded second factor of the login as it is', async () => {
    const { alice } = await startPaid({ maxAge: 300 });
    expect((await alice.post('/guarded')).status).toBe(200);
  });
});

describe('A23: after a step-up', () => {
  it('no redirect leads to another site, whatever path was requested', async () => {
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
    // Passport's own option uses the session's path unchecked.
    expect((await enterAgain(alice)).headers['location']).toBe('/');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/%2e//evil.example', 7])(
    'a forged path in the session is not returned: %s',
    (returnTo) => {
      const session = { returnTo };
      expect(takeReturnPath(Object({ session }), '/home')).toBe('/home');
      expect(session).toEqual({});
    },
  );

  it('takeReturnPath returns the start page without a session', () => {
    expect(takeReturnPath(Object({}))).toBe('/');
  });
});
