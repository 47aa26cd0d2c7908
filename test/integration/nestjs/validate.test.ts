import { ForbiddenException } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { ModicaTwoFactorStrategy, type Verification, type VerifyDone } from '../../../lib/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { type AppUser, type Options, startNest } from './app.js';
import { loginWith } from './login.js';

type Users = readonly AppUser[];

/** Strategies with these users, each registered as in a Nest app. */
const strategies = {
  'that is async': (options: Options, users: Users) =>
    new (class extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
      constructor() {
        super({ ...options, passReqToCallback: false });
      }

      async validate({ userId }: Verification<number>) {
        return users.find(({ id }) => id === userId);
      }
    })(),

  'that is not async': (options: Options, users: Users) =>
    new (class extends PassportStrategy(ModicaTwoFactorStrategy) {
      constructor() {
        super({
          ...options,
          passReqToCallback: false,
          destination: (user: AppUser) => user.mobile,
        });
      }

      validate({ userId }: Verification) {
        return users.find(({ id }) => id === userId);
      }
    })(),

  'that calls done': (options: Options, users: Users) =>
    new (class extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
      constructor() {
        super({ ...options, passReqToCallback: false });
      }

      validate({ userId }: Verification<number>, done: VerifyDone<AppUser>) {
        done(
          null,
          users.find(({ id }) => id === userId),
        );
      }
    })(),

  'that gets the request first': (options: Options, users: Users) =>
    new (class extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
      constructor() {
        super({ ...options, passReqToCallback: true });
      }

      async validate({ method }: Request, { userId }: Verification<number>) {
        return method === 'POST' && users.find(({ id }) => id === userId);
      }
    })(),

  'with an info beside the user': (options: Options, users: Users) =>
    new (class extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
      constructor() {
        super({ ...options, passReqToCallback: false });
      }

      validate({ userId }: Verification<number>) {
        return [users.find(({ id }) => id === userId), { ignored: true }];
      }
    })(),
};

describe('A validate method', () => {
  it.each(Object.entries(strategies))('%s loads the user', async (_what, register) => {
    const { browser, emulator } = await startNest({ controllers: [loginWith()], register });
    const alice = browser();

    await alice.login();
    const { body } = await alice.enter(newestCode(emulator)).expect(200);
    expect(body).toMatchObject({ user: { name: 'alice' }, info: { code: 'verified' } });
  });

  const refused = { statusCode: 401, code: 'account_unavailable', message: expect.any(String) };
  const suspended = { code: 'suspended', message: 'This account is suspended.' };

  it.each([
    ['that returns undefined refuses the login', () => undefined, refused],
    ['that returns null refuses the login', () => null, refused],
    [
      'that returns false and an info refuses with that info',
      () => [false, suspended],
      { ...suspended, statusCode: 401 },
    ],
    [
      'that returns false and a string refuses with that message',
      () => [false, 'Zu spät.'],
      { ...refused, message: 'Zu spät.' },
    ],
    [
      'that throws an exception of Nest answers with that exception',
      () => {
        throw new ForbiddenException('Suspended');
      },
      { statusCode: 403, message: 'Suspended', error: 'Forbidden' },
    ],
    [
      'that throws any other error answers 500 without its message',
      () => {
        throw new Error('canary');
      },
      { statusCode: 500, message: 'Internal server error' },
    ],
  ])('%s', async (_what, validate: () => unknown, expected) => {
    class Strategy extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
      constructor(options: Options) {
        super({ ...options, passReqToCallback: false });
      }

      validate() {
        return validate();
      }
    }
    const { browser, emulator } = await startNest({
      controllers: [loginWith()],
      register: (options) => new Strategy(options),
    });
    const alice = browser();

    await alice.login();
    const { status, body } = await alice.enter(newestCode(emulator));
    expect(body).toEqual(expected);
    expect(status).toBe(body.statusCode);
  });
});
