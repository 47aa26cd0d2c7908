import { describe, expect, it } from 'vitest';
import { recordSecondFactor, requireSecondFactor, type TwoFactorOptions } from '../../lib/index.js';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';

type Required = NonNullable<TwoFactorOptions<Express.User>['required']>;

const withGuards: AppOptions['routes'] = ({ app, passport, password, answerUser }) => {
  passport.transformAuthInfo(recordSecondFactor);
  app.post('/guarded', requireSecondFactor(), answerUser);
  const failWithError = true;
  const pay = { transaction: () => 'invoice 7', failWithError } as const;
  app.post('/login/pay', password, passport.authenticate('modica-2fa', pay), answerUser);
  const stepUp = { purpose: 'step-up', failWithError } as const;
  app.post('/step-up', passport.authorize('modica-2fa', stepUp), answerUser);
};

const startWith = (required: Required, options: AppOptions = {}) =>
  startApp({ ...options, strategy: { ...options.strategy, required }, routes: withGuards });

describe('The option "required"', () => {
  it('asks users for whom it is true for a code, and logs the others in without one', async () => {
    const { browser, emulator, users } = await startWith((user) => user.mobile !== null);
    users.bob.mobile = null;
    expect((await browser().login('alice')).body.code).toBe('challenge_sent');
    const bob = browser();
    const { status, body } = await bob.login('bob');
    expect(status).toBe(200);
    expect(body.user).toEqual(users.bob);
    expect(body.info).toEqual({ code: 'not_required', purpose: 'login', amr: [] });
    expect((await bob.get('/me')).status).toBe(200);
    expect(emulator.messages).toHaveLength(1);
  });

  it('gets the user of the first factor and the request, and may return a promise', async () => {
    const { browser } = await startWith(
      async (user, { body }) => user.id !== 2 || body.strict === true,
    );
    expect((await browser().login('bob')).status).toBe(200);
    const strict = { username: 'bob', password: 'right', strict: true };
    expect((await browser().post('/login', strict)).body.code).toBe('challenge_sent');
  });

  it('reads no number, calls no verify callback, and is not stopped by a lock', async () => {
    let calls = 0;
    let needed = true;
    const { browser, emulator } = await startWith(() => needed, {
      strategy: {
        limits: { failuresPerUser: 1 },
        destination: (user) => {
          calls += 1;
          return user.mobile;
        },
      },
      verify:
        (users) =>
        async ({ userId }) => {
          calls += 1;
          return users.find(userId);
        },
    });
    const alice = browser();
    await alice.login();
    await alice.enter('000000');
    expect((await alice.login()).body.code).toBe('user_locked');
    needed = false;
    calls = 0;
    expect((await alice.login()).status).toBe(200);
    expect(calls).toBe(0);
    expect(emulator.messages).toHaveLength(1);
  });

  it('leaves nothing to enter of a challenge that was pending before', async () => {
    let needed = true;
    const { browser, emulator } = await startWith(() => needed);
    const alice = browser();
    await alice.login();
    needed = false;
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_not_found');
    await alice.post('/logout');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_not_found');
  });

  it('never lets a login pass for a second factor', async () => {
    const { browser } = await startWith(() => false);
    const alice = browser();
    await alice.login();
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
    expect((await alice.post('/step-up')).body.code).toBe('challenge_sent');
  });

  it('is not asked about a transaction, which a code approves', async () => {
    const { browser } = await startWith(() => false);
    const answer = await browser().post('/login/pay', { username: 'alice', password: 'right' });
    expect(answer.body.code).toBe('challenge_sent');
  });

  it('is not asked about a code: one that was sent is still needed', async () => {
    let needed = true;
    const { browser, emulator } = await startWith(() => needed);
    const alice = browser();
    await alice.login();
    needed = false;
    expect((await alice.enter('000000')).body.code).toBe('code_incorrect');
    expect((await alice.enter(newestCode(emulator))).body.info.code).toBe('verified');
  });

  it('publishes an event that names the user', async () => {
    const events = listenToEvents();
    const { browser } = await startWith(() => false);
    await browser().login();
    expect(events).toEqual([
      expect.objectContaining({
        name: 'second_factor_not_required',
        owasp: 'authn_login_success',
        userId: 1,
        destination: undefined,
      }),
    ]);
  });

  it.each([undefined, null, 0, '', 'false', 'no', {}, 1])(
    'that returns %j, neither true nor false, is an error that lets no one in',
    async (answer) => {
      const required = (): boolean => JSON.parse(JSON.stringify({ answer })).answer;
      const { browser, emulator } = await startWith(required);
      const alice = browser();
      const { status, body } = await alice.login();
      expect([status, body.code]).toEqual([500, 'option_invalid']);
      expect(body.message).toMatch(/"required" returned neither true nor false/);
      expect((await alice.get('/me')).status).toBe(401);
      expect(emulator.messages).toHaveLength(0);
    },
  );

  it.each([
    [
      'throws',
      () => {
        throw new Error('policy down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('policy down'))],
  ] as const)('that %s is an error that lets no one in', async (_how, required) => {
    const { browser, emulator } = await startWith(required);
    const alice = browser();
    expect((await alice.login()).status).toBe(500);
    expect((await alice.get('/me')).status).toBe(401);
    expect(emulator.messages).toHaveLength(0);
  });

  it('that never settles is an error at the deadline', async () => {
    const { browser } = await startWith(() => new Promise<boolean>(() => undefined), {
      strategy: { verifyTimeout: 20 },
    });
    const { status, body } = await browser().login();
    expect([status, body.code]).toEqual([500, 'verify_timed_out']);
    expect(body.message).toMatch(/"required"/);
  });
});
