import { describe, expect, it } from 'vitest';
import { inMemory, ModicaTwoFactorStrategy, type VerifyFunction } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';
import type { Users } from '../fixtures/users.js';

/** Logs alice in with this verify callback. */
async function logIn(verify: (users: Users) => VerifyFunction<Express.User>) {
  const { browser, emulator } = await startApp({ verify, strategy: { verifyTimeout: 100 } });
  const alice = browser();
  await alice.login();
  const answer = await alice.enter(newestCode(emulator));
  return { status: answer.status, body: answer.body, alice };
}

describe('A verify callback that returns a user', () => {
  it.each<[string, (users: Users) => VerifyFunction<Express.User>]>([
    [
      'by a promise',
      (users) =>
        async ({ userId }) =>
          users.find(userId),
    ],
    [
      'by done',
      (users) =>
        ({ userId }, done) =>
          done(null, users.find(userId)),
    ],
    [
      'by done, later',
      (users) =>
        ({ userId }, done) => {
          setImmediate(() => done(null, users.find(userId)));
        },
    ],
    [
      "by done and a promise of undefined, as Nest's does",
      (users) =>
        async (...args) => {
          const [{ userId }, done] = args;
          done(null, users.find(userId));
          return undefined;
        },
    ],
    [
      'by done, and returns what its database returns',
      (users) =>
        Object(({ userId }: { userId: number }, done: (e: null, u: unknown) => void) => {
          done(null, users.find(userId));
          return { cursor: 1 };
        }),
    ],
    [
      'F7: by done, twice',
      (users) =>
        ({ userId }, done) => {
          done(null, users.find(userId));
          done(new Error('late'));
        },
    ],
    [
      'F7: by a promise, and throws later by done',
      (users) =>
        async ({ userId }, done) => {
          setImmediate(() => done(new Error('late')));
          return users.find(userId);
        },
    ],
  ])('logs in (%s)', async (_how, verify) => {
    expect(await logIn(verify)).toMatchObject({ status: 200, body: { user: { name: 'alice' } } });
  });
});

describe('A verify callback', () => {
  it('is told who proved which number, how, for what, and since when', async () => {
    const told: unknown[] = [];
    await logIn((users) => async (verification) => {
      told.push(verification);
      return users.find(verification.userId);
    });
    expect(told).toEqual([
      {
        userId: 1,
        purpose: 'login',
        destination: expect.stringMatching(/^\+\d+$/),
        method: 'sms',
        firstFactorAt: expect.any(Date),
      },
    ]);
  });
});

describe('A30: a verify callback that returns a user that is not an object', () => {
  it.each(['alice', 7, true, Symbol('alice')])(
    'logs no one in and causes an error: %s',
    async (user) => {
      const { status, body, alice } = await logIn(() => Object(async () => user));
      expect([status, body.code]).toEqual([500, 'verify_failed']);
      expect((await alice.get('/me')).status).toBe(401);
    },
  );
});

describe('A verify callback that returns no user', () => {
  it.each<[string, VerifyFunction<Express.User>]>([
    ['a promise of nothing', async () => undefined],
    ['a promise of null', async () => null],
    ['a promise of false', async () => false],
    ['done(null, false)', (_verification, done) => done(null, false)],
    ['done()', (_verification, done) => done(undefined)],
  ])('ends in a refusal (%s)', async (_how, verify) => {
    const { status, body, alice } = await logIn(() => verify);
    expect(status).toBe(401);
    expect(body.code).toBe('account_unavailable');
    expect((await alice.get('/me')).status).toBe(401);
  });

  it.each([
    [
      'an object',
      { message: 'Suspended', code: 'suspended' },
      { code: 'suspended', message: 'Suspended' },
    ],
    [
      'a text outside Latin-1',
      'Gesperrt – сегодня',
      { code: 'account_unavailable', message: 'Gesperrt – сегодня' },
    ],
  ])('passes its own info to the app: %s', async (_what, info, expected) => {
    const { status, body } = await logIn(() => (_verification, done) => done(null, false, info));
    expect(status).toBe(401);
    expect(body).toMatchObject(expected);
  });
});

describe('F7: a verify callback that fails', () => {
  it.each<[string, VerifyFunction<Express.User>]>([
    [
      'throws',
      () => {
        throw new Error('database is down');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('database is down');
      },
    ],
    ['calls done with it', (_verification, done) => done(new Error('database is down'))],
  ])('passes its error to the app, and the user must start again (%s)', async (_how, verify) => {
    const { status, body, alice } = await logIn(() => verify);
    expect(status).toBe(500);
    expect(body.message).toBe('database is down');
    expect((await alice.get('/me')).status).toBe(401);
    expect((await alice.enter('123456')).body.code).toBe('challenge_not_found');
  });

  it.each<[string, VerifyFunction<Express.User>]>([
    ['rejects with nothing', () => Promise.reject()],
    [
      "rejects with 'route', which Express would take for 'skip this route'",
      () => Promise.reject('route'),
    ],
    ["calls done('router')", (_verification, done) => done('router')],
    [
      'throws null',
      () => {
        throw null;
      },
    ],
  ])('causes an error and lets no one through (%s)', async (_how, verify) => {
    const { status, body, alice } = await logIn(() => verify);
    expect(status).toBe(500);
    expect(body.code).toBe('verify_failed');
    expect((await alice.get('/me')).status).toBe(401);
  });

  it('ends at its deadline if it never settles', async () => {
    const { status, body } = await logIn(() => () => undefined);
    expect(status).toBe(500);
    expect(body.code).toBe('verify_timed_out');
  });
});

describe('passReqToCallback', () => {
  it('passes the request as the first argument', async () => {
    const { browser, emulator, passport, users } = await startApp({
      routes: ({ app, passport, password, answerUser }) => {
        const route = { failWithError: true };
        app.post('/other', password, passport.authenticate('other', route));
        app.post('/other/code', passport.authenticate('other', route), answerUser);
      },
    });
    const paths: string[] = [];
    passport.use(
      new ModicaTwoFactorStrategy<Express.User>(
        {
          ...inMemory(),
          name: 'other',
          ...emulator.account,
          destination: (user) => user.mobile,
          passReqToCallback: true,
        },
        async (request, { userId }) => {
          paths.push(request.path);
          return users.find(userId);
        },
      ),
    );
    const alice = browser();
    await alice.post('/other', { username: 'alice', password: 'right' });
    const answer = await alice.post('/other/code', { code: newestCode(emulator) });
    expect(answer.body.user.name).toBe('alice');
    expect(paths).toEqual(['/other/code']);
  });
});
