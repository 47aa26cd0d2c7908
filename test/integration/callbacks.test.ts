import { type CanActivate, HttpException, Logger, type Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createStepUpGuard,
  createTwoFactorGuard,
  type StepUpGuardOptions,
} from '../../lib/nestjs/index.js';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { startAppWithDevices } from '../fixtures/devices.js';
import { newestCode } from '../fixtures/emulator.js';
import { startGuarded } from '../fixtures/guarded.js';
import { thrownBy } from '../fixtures/thrown.js';

/** As much of an answer as is looked at. */
interface Answer {
  readonly status: number;
  readonly body: { readonly code?: unknown; readonly message?: unknown };
}

/** What happens in a callback of an app's. */
type Callback = () => unknown;

/** Every way in which a callback can fail, and what ends the wait of one that would settle too late. */
const failures: readonly (readonly [string, () => { call: Callback; settle: () => void }])[] = [
  ['throws', () => failing(() => raise())],
  ['throws nothing at all', () => failing(() => raise(undefined))],
  ['rejects', () => failing(() => Promise.reject(new Error('broken')))],
  ['rejects with nothing at all', () => failing(() => Promise.reject(undefined))],
  ['never settles', () => failing(() => new Promise(() => undefined))],
  ['gives a thenable that throws', () => failing(() => thenable({ value: () => raise() }))],
  ['gives a thenable that cannot be read', () => failing(() => thenable({ get: () => raise() }))],
  [
    'rejects after its deadline',
    () => {
      let settle = () => {};
      const late = new Promise((_resolve, reject) => {
        settle = () => reject(new Error('late'));
      });
      return { call: () => late, settle: () => settle() };
    },
  ],
];

const failing = (call: Callback) => ({ call, settle: () => {} });

function raise(thrown: unknown = new Error('broken')): never {
  throw thrown;
}

function thenable(property: PropertyDescriptor): object {
  return Object.defineProperty({}, 'then', property);
}

/** Every callback of an app's that a login asks before it sends anything. */
const before: readonly (readonly [string, (call: Callback) => AppOptions])[] = [
  ['locale', (call) => ({ strategy: { locale: () => Object({ is: call() }).is } })],
  ['content', (call) => ({ strategy: { content: () => Object({ is: call() }).is } })],
  ['destination', (call) => ({ strategy: { destination: () => Object({ is: call() }).is } })],
  ['userId', (call) => ({ strategy: { userId: () => Object({ is: call() }).is } })],
  ['userVersion', (call) => ({ strategy: { userVersion: () => Object({ is: call() }).is } })],
  ['transaction', (call) => ({ route: { transaction: () => Object({ is: call() }).is } })],
];

describe.each(before)('F24: the callback %s', (_name, optionsFor) => {
  it.each(failures)('that %s fails only this login, before an SMS is sent', async (_how, make) => {
    const unhandled = watchRejections();
    const { call, settle } = make();
    const { strategy, route } = optionsFor(call);
    const { browser, emulator } = await startApp({
      strategy: { verifyTimeout: 20, ...strategy },
      ...(route ? { route } : {}),
    });
    const answer = await browser().login();
    expect(answer.status).toBe(500);
    expect(emulator.requests).toHaveLength(0);
    settle();
    expect(await unhandled()).toEqual([]);
  });
});

describe('F24: the destination callback of an enrolment', () => {
  it.each(failures)(
    'that %s fails only this request, before an SMS is sent',
    async (_how, make) => {
      const unhandled = watchRejections();
      const { call, settle } = make();
      const { browser, emulator } = await startApp({
        strategy: { verifyTimeout: 20 },
        routes: ({ app, passport, loggedIn, answerUser }) => {
          const prove = passport.authorize('modica-2fa', {
            purpose: 'enrol',
            failWithError: true,
            destination: () => Object({ is: call() }).is,
          });
          app.post('/number', loggedIn, prove, answerUser);
        },
      });
      const alice = browser();
      await alice.login();
      await alice.enter(newestCode(emulator));
      const requests = emulator.requests.length;
      expect((await alice.post('/number')).status).toBe(500);
      expect(emulator.requests).toHaveLength(requests);
      settle();
      expect(await unhandled()).toEqual([]);
    },
  );
});

describe('F24: the verify callback', () => {
  it.each(failures)('that %s fails only this login', async (_how, make) => {
    const unhandled = watchRejections();
    const { call, settle } = make();
    const { browser, emulator } = await startApp({
      strategy: { verifyTimeout: 20 },
      verify: () => () => Object({ is: call() }).is,
    });
    const alice = browser();
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).status).toBe(500);
    expect((await alice.get('/me')).status).toBe(401);
    settle();
    expect(await unhandled()).toEqual([]);
  });

  it.each([
    ['an error', (promise: unknown) => [promise]],
    ['a user', (promise: unknown) => [null, promise]],
  ])('that calls done with a promise of %s fails only this login', async (_what, argumentsOf) => {
    const unhandled = watchRejections();
    const { browser, emulator } = await startApp({
      verify: () => (_verification, done) => {
        Reflect.apply(done, undefined, argumentsOf(Promise.reject(new Error('broken'))));
      },
    });
    const alice = browser();
    await alice.login();
    const answer = await alice.enter(newestCode(emulator));
    expect([answer.status, answer.body.code]).toEqual([500, 'verify_failed']);
    expect(answer.body.message).toContain('done with a promise');
    expect(await unhandled()).toEqual([]);
  });
});

/** Every callback whose answer is not awaited, and a request that asks it. */
const atOnce: readonly (readonly [string, string, (call: Callback) => Promise<Answer>])[] = [
  ...['locale', 'userId', 'userVersion'].map(
    (option) =>
      [
        option,
        'the strategy',
        async (call: Callback) => {
          const { browser } = await startApp({ strategy: { [option]: call } });
          return browser().login();
        },
      ] as const,
  ),
  ...['locale', 'userId', 'verifiedAt'].map(
    (option) =>
      [
        option,
        'requireSecondFactor',
        async (call: Callback) => {
          const late = option === 'locale' ? { verifiedAt: () => null } : {};
          const { logIn } = await startGuarded({ ...late, [option]: call });
          return (await logIn()).get('/guarded');
        },
      ] as const,
  ),
  ...['passwordVersion', 'userId'].map(
    (option) =>
      [
        option,
        'trustedDevices',
        async (call: Callback) =>
          (await startAppWithDevices({ devices: { [option]: call } })).trust(),
      ] as const,
  ),
];

const promises: readonly (readonly [string, Callback])[] = [
  ['a promise', async () => 1],
  ['a promise that rejects', () => Promise.reject(new Error('broken'))],
  ['a thenable', () => thenable({ value: () => {} })],
  ['a thenable that throws', () => thenable({ value: () => raise() })],
];

describe.each(atOnce)('F24: the synchronous option %s of %s', (option, _of, answerWith) => {
  it.each(promises)('is named in the error when it returns %s', async (_what, call) => {
    const unhandled = watchRejections();
    const { status, body } = await answerWith(call);
    expect([status, body.code]).toEqual([500, 'option_invalid']);
    expect(body.message).toContain(`"${option}" returned a promise`);
    expect(await unhandled()).toEqual([]);
  });
});

describe("F24: the synchronous options of Nest's guards", () => {
  const context = () => new ExecutionContextHost([{}, {}]);
  const untyped = (call: Callback) => () => Object({ is: call() }).is;

  it.each(
    promises.flatMap(([what, call]) => {
      const given = untyped(call);
      class OwnRequest extends createTwoFactorGuard() {
        override getRequest = given;
      }
      class OwnResponse extends createTwoFactorGuard() {
        getResponse = given;
      }
      class OwnFreshRequest extends createStepUpGuard() {
        override getRequest = given;
      }
      const asked = () => ({ user: { id: 1 }, session: {} });
      const fresh = (options: StepUpGuardOptions) =>
        createStepUpGuard({ getRequest: () => Object(asked()), ...options });
      return [
        ['getRequest', what, OwnRequest],
        // Fastify's reply is a thenable too: a response like any other.
        ...(what.startsWith('a promise') ? [['getResponse', what, OwnResponse] as const] : []),
        ['getRequest', what, OwnFreshRequest],
        ['getRequest', what, fresh({ getRequest: given })],
        ['locale', what, fresh({ locale: given })],
        ['userId', what, fresh({ userId: given })],
        ['verifiedAt', what, fresh({ verifiedAt: given })],
      ] as const;
    }),
  )('are named in the error: %s returns %s', async (option, _what, guard: Type<CanActivate>) => {
    Logger.overrideLogger(false);
    const unhandled = watchRejections();
    const error = await thrownBy(HttpException, () => new guard().canActivate(context()));
    expect(error.getResponse()).toMatchObject({ statusCode: 500, code: 'option_invalid' });
    expect(String(error.cause)).toContain(`"${option}" returned a promise`);
    expect(await unhandled()).toEqual([]);
  });
});

describe('F24: a locale option that fails', () => {
  it('in phase two does not use up the correct code', async () => {
    let broken = false;
    const { browser, emulator } = await startApp({
      strategy: { locale: () => (broken ? raise() : 'en') },
    });
    const alice = browser();
    await alice.login();
    const code = newestCode(emulator);
    broken = true;
    expect((await alice.enter(code)).status).toBe(500);
    broken = false;
    expect((await alice.enter(code)).status).toBe(200);
  });
});

/** Rejections that would end the process, from now on; asked once everything has settled. */
function watchRejections(): () => Promise<readonly unknown[]> {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', listener);
  onTestFinished(() => {
    process.off('unhandledRejection', listener);
  });
  return async () => {
    // Node looks for them once the microtasks have run.
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return unhandled;
  };
}
