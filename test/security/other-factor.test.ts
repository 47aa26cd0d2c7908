import { describe, expect, it } from 'vitest';
import { trustedDeviceInfo } from '../../lib/flow/proof.js';
import { recordSecondFactor, requireSecondFactor } from '../../lib/index.js';
import type { AppOptions, Parts } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { startGuarded } from '../fixtures/guarded.js';
import { addSessionKeepingRoutes } from '../fixtures/session-keeping.js';

const factor = (user: unknown) => ({ user: Object(user), amr: ['hwk', 'user'] });

/** Routes of an app that logs in with a password alone, and confirms with a factor of its own. */
const ownFactor: AppOptions = {
  routes: (parts: Parts) => {
    addSessionKeepingRoutes(parts);
    const { app, passport, answerUser, users } = parts;
    const login = passport.authenticate('local', { failWithError: true });
    app.post('/password-only', login, answerUser);
    app.post('/passkey', (request, response) => {
      const { owner = request.user?.id } = request.body;
      response.json({ recorded: recordSecondFactor(request, factor(users.find(owner))) });
    });
  },
};

const password = (username: string) => ({ username, password: 'right' });
const refused = 'second_factor_required';

describe('A16: a second factor of the app’s own', () => {
  it('opens a guard for its login until its age is over', async () => {
    const clock = stopClock();
    const { browser } = await startGuarded({ maxAge: 60 }, ownFactor);
    const alice = browser();
    await alice.post('/password-only', password('alice'));
    expect((await alice.post('/guarded')).body.code).toBe(refused);
    expect((await alice.post('/passkey')).body).toEqual({ recorded: true });
    expect((await alice.post('/guarded')).status).toBe(200);
    clock.advance(minute);
    expect((await alice.post('/guarded')).body.code).toBe(refused);
  });

  it('takes the place of the code of a login that is too old, and a code that of the factor', async () => {
    const clock = stopClock();
    const { logIn, stepUp } = await startGuarded({ maxAge: 60 }, ownFactor);
    const alice = await logIn();
    clock.advance(minute);
    await alice.post('/passkey');
    expect((await alice.post('/guarded')).status).toBe(200);
    clock.advance(minute);
    await stepUp(alice);
    expect((await alice.post('/guarded')).status).toBe(200);
  });

  it('is void for another user who logs in to the same session, and for the next login', async () => {
    const { browser } = await startGuarded({}, ownFactor);
    const one = browser();
    await one.post('/password-only', password('alice'));
    await one.post('/passkey');
    expect((await one.post('/guarded')).status).toBe(200);
    await one.post('/keep/password', password('bob'));
    expect((await one.post('/guarded')).body.code).toBe(refused);
    await one.post('/keep/password', password('alice'));
    expect((await one.post('/guarded')).body.code).toBe(refused);
  });

  it('ends at a logout that keeps the session, and is not valid in another one', async () => {
    const { browser } = await startGuarded({}, ownFactor);
    const [here, there] = [browser(), browser()];
    for (const one of [here, there]) await one.post('/password-only', password('alice'));
    await here.post('/passkey');
    expect((await there.post('/guarded')).body.code).toBe(refused);
    await here.post('/keep/logout');
    await here.post('/keep/password', password('alice'));
    expect((await here.post('/guarded')).body.code).toBe(refused);
  });

  it('of another user is refused, and opens nothing', async () => {
    const { browser, users } = await startGuarded({}, ownFactor);
    const alice = browser();
    await alice.post('/password-only', password('alice'));
    const bob = [1, 2, 3].find((id) => users.find(id)?.name === 'bob');
    expect((await alice.post('/passkey', { owner: bob })).body.code).toBe('user_unusable');
    expect((await alice.post('/guarded')).body.code).toBe(refused);
  });

  it('is refused before the login, where it would be valid for the next one', async () => {
    const { browser } = await startGuarded({}, ownFactor);
    const alice = browser();
    await alice.login();
    expect((await alice.post('/passkey', { owner: 1 })).body.code).toBe('user_not_loaded');
  });
});

describe('The hook of Passport', () => {
  /** An info that another strategy passed to `success`, and the session after it. */
  function hooked(info: unknown) {
    const user = { id: 1 };
    const request = { session: { passport: { user: 1 } }, user, authInfo: info };
    const passed: unknown[] = [];
    recordSecondFactor(Object(request), info, (...results) => passed.push(results));
    expect(passed).toEqual([[null]]);
    let refusal: unknown;
    requireSecondFactor()(Object(request), Object({}), (error) => {
      refusal = Reflect.get(Object(error), 'code');
    });
    return { session: request.session, refusal };
  }

  it.each([
    ['of an OpenID provider', { iss: 'https://issuer.example', sub: '1', amr: ['mfa', 'otp'] }],
    ['in the form of a factor of the app’s own', factor({ id: 1 })],
    ['in that form, with a time', { ...factor({ id: 1 }), verifiedAt: new Date() }],
    ['that is a copy of ours', { code: 'verified', purpose: 'login', amr: ['mfa', 'sms'] }],
    [
      'of a trusted device, with a factor in it',
      Object.assign(trustedDeviceInfo(), factor({ id: 1 })),
    ],
    ['that is a string', 'otp'],
    ['that is absent', undefined],
  ])('never records an info %s', (_which, info) => {
    expect(hooked(info)).toEqual({ session: { passport: { user: 1 } }, refusal: refused });
  });

  it('records no factor that was written into the info of a trusted device, nor does a call', () => {
    const session = { passport: { user: 1 } };
    const info = Object.assign(trustedDeviceInfo(), factor({ id: 1 }));
    expect(recordSecondFactor({ session, user: { id: 1 } }, info)).toBe(false);
    expect(session).toEqual({ passport: { user: 1 } });
  });
});
