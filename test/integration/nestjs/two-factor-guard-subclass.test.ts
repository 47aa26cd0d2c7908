import {
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  HttpCode,
  Post,
  Req,
  type Type,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-strategy';
import { describe, expect, it } from 'vitest';
import {
  createStepUpGuard,
  createTwoFactorGuard,
  type TwoFactorGuardOptions,
} from '../../../lib/nestjs/index.js';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import { someRecoveryCodes, wrongRecoveryCode } from '../../fixtures/recovery-codes.js';
import { type NestOptions, startNest } from './app.js';

type Overrides = Partial<Record<'handleRequest' | 'getAuthenticateOptions', unknown>>;

/** A subclass of our guard with these methods. */
function extended(overrides: Overrides, options: TwoFactorGuardOptions = {}): Type<IAuthGuard> {
  class Extended extends createTwoFactorGuard(options) {}
  Object.assign(Extended.prototype, overrides);
  return Extended;
}

/** A login through this guard, on routes that are not pinned. */
async function startWith(Guard: Type<IAuthGuard>, options: Partial<NestOptions> = {}) {
  const handled: string[] = [];

  @Controller()
  class Login {
    @Post('login')
    @UseGuards(AuthGuard('local'), Guard)
    login() {
      handled.push('login');
    }

    @Post('login/code')
    @HttpCode(200)
    @UseGuards(Guard)
    code(@Req() { user }: Request) {
      handled.push('code');
      return { user };
    }

    @Get('me')
    me(@Req() { user }: Request) {
      return { user: user ?? null };
    }

    @Get('fresh')
    @UseGuards(createStepUpGuard())
    fresh() {}
  }
  return { ...(await startNest({ ...options, controllers: [Login] })), handled };
}

const throwing = (exception: Error) => () => {
  throw exception;
};

const lenient: readonly (readonly [string, unknown])[] = [
  ['returns the user', (_error: unknown, user: unknown) => user],
  ['always returns an object', () => ({ id: 1, name: 'alice' })],
  ['returns a promise of an object', async () => ({ id: 1, name: 'alice' })],
  ['throws another exception', throwing(new UnauthorizedException('Sorry'))],
  ['rejects with another exception', async () => throwing(new UnauthorizedException('Sorry'))()],
];

describe('A45: a subclass whose handleRequest', () => {
  it.each(lenient)(
    '%s allows no request without a code, and changes no refusal',
    async (_what, handle) => {
      const { browser, emulator, handled } = await startWith(extended({ handleRequest: handle }));
      const alice = browser();

      const asked = await alice.login().expect(401);
      expect(asked.body).toMatchObject({ statusCode: 401, code: 'challenge_sent' });
      const soon = await alice.resend().expect(429);
      expect(soon.headers['retry-after']).toBe(String(soon.body.retryAfter));
      const wrong = await alice.enter(wrongCodeFor(emulator)).expect(401);
      expect(wrong.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
      expect(handled).toEqual([]);
    },
  );

  it.each(lenient)('%s allows no request with a wrong recovery code', async (_what, handle) => {
    const stored = await someRecoveryCodes();
    const { browser, handled } = await startWith(extended({ handleRequest: handle }), {
      strategy: { recoveryCodes: stored.option },
    });
    const alice = browser();
    await alice.login().expect(401);
    const recovery = { recoveryCode: wrongRecoveryCode };
    const onChallenge = await alice.post('/login/code', recovery).expect(401);
    const credentials = { username: 'alice', password: 'right' };
    const beside = await browser()
      .post('/login', { ...credentials, ...recovery })
      .expect(401);
    for (const { body } of [onChallenge, beside]) expect(body.code).toBe('recovery_code_incorrect');
    expect(handled).toEqual([]);
  });

  it.each(lenient.slice(0, 3))('%s allows no user that validate refuses', async (_what, handle) => {
    const Guard = extended({ handleRequest: handle }, { strategy: 'suspended' });
    passport.use(
      'suspended',
      strategyThat((actions) => actions.error(new ForbiddenException('No'))),
    );
    const { browser, handled } = await startWith(Guard);
    await browser().enter('123456').expect(403);
    expect(handled).toEqual([]);
  });

  it.each([
    ['fails', (actions: Strategy) => actions.fail(401), 401, undefined],
    ['passes', (actions: Strategy) => actions.pass(), 500, 'option_invalid'],
    [
      'succeeds',
      (actions: Strategy) => actions.success({ id: 1 }, { code: 'verified' }),
      500,
      'option_invalid',
    ],
  ] as const)(
    'always returns a user allows no request by another strategy, which %s',
    async (_what, act, status, code) => {
      const Guard = extended({ handleRequest: () => ({ id: 1 }) }, { strategy: 'foreign' });
      passport.use('foreign', strategyThat(act));
      const { browser, handled } = await startWith(Guard);
      const { body } = await browser().enter('123456').expect(status);
      expect(body.code).toBe(code);
      expect(handled).toEqual([]);
    },
  );

  it.each([undefined, null, false, 0, '', 'alice'])(
    'returns %s for a verified code refuses the request',
    async (returned) => {
      const { browser, emulator, handled } = await startWith(
        extended({ handleRequest: () => returned }),
      );
      const alice = browser();
      await alice.login();
      await alice.enter(newestCode(emulator)).expect(401);
      expect(handled).toEqual([]);
    },
  );

  it('throws for a verified code refuses the request', async () => {
    const handleRequest = throwing(new ForbiddenException('Suspended'));
    const { browser, emulator, handled } = await startWith(extended({ handleRequest }));
    const alice = browser();
    await alice.login();
    await alice.enter(newestCode(emulator)).expect(403);
    expect(handled).toEqual([]);
  });

  it('adds a property to the user of a verified code changes request.user', async () => {
    const handleRequest = (_error: unknown, user: object) => ({ ...user, role: 'admin' });
    const { browser, emulator } = await startWith(extended({ handleRequest }));
    const alice = browser();
    await alice.login();
    const { body } = await alice.enter(newestCode(emulator)).expect(200);
    expect(body.user).toMatchObject({ name: 'alice', role: 'admin' });
  });
});

describe('A45: a subclass whose getAuthenticateOptions', () => {
  it.each([
    { failWithError: false, failureRedirect: '/elsewhere' },
    { purpose: 'enrol', challengeRedirect: '/elsewhere' },
    { phase: 'response' },
  ])('returns %o replaces no option of the guard', async (more) => {
    const Guard = extended(
      { getAuthenticateOptions: async () => more },
      { purpose: 'login', phase: 'challenge' },
    );
    const { browser } = await startWith(Guard);
    expect((await browser().login().expect(401)).body.code).toBe('challenge_sent');
  });
});

describe('A45: super.logIn in a subclass', () => {
  class LogsIn extends createTwoFactorGuard() {
    override async canActivate(context: ExecutionContext) {
      await super.canActivate(context);
      await super.logIn(context.switchToHttp().getRequest());
      return true;
    }
  }

  class LogsInUnverified extends createTwoFactorGuard() {
    override async canActivate(context: ExecutionContext) {
      await Promise.resolve(super.canActivate(context)).catch(() => false);
      await super.logIn(context.switchToHttp().getRequest());
      return true;
    }
  }

  class LogsInAfterStepUp extends createTwoFactorGuard({ purpose: 'step-up' }) {
    override async canActivate(context: ExecutionContext) {
      await super.canActivate(context);
      await super.logIn(context.switchToHttp().getRequest());
      return true;
    }
  }

  it('logs in the verified user, and records the second factor', async () => {
    const sessions = new session.MemoryStore();
    const { browser, emulator } = await startWith(LogsIn, { sessions });
    const alice = browser();
    await alice.login().expect(401);
    await alice.get('/me').expect(200, { user: null });
    await alice.enter(newestCode(emulator)).expect(200);
    expect((await alice.get('/me')).body.user.name).toBe('alice');
    await alice.get('/fresh').expect(200);
  });

  it('fails with option_invalid if no code was verified', async () => {
    const sessions = new session.MemoryStore();
    const { browser, handled } = await startWith(LogsInUnverified, { sessions });
    const alice = browser();
    expect((await alice.login().expect(500)).body.code).toBe('option_invalid');
    await alice.get('/me').expect(200, { user: null });
    expect(handled).toEqual([]);
  });

  it('fails with option_invalid if the code was for a step-up', async () => {
    const sessions = new session.MemoryStore();
    const { browser, emulator, handled } = await startWith(LogsInAfterStepUp, { sessions });
    const alice = browser();
    await alice.login().expect(401);
    const password = { username: 'alice', password: 'right' };
    const code = newestCode(emulator);
    const { body } = await alice.post('/login', { ...password, code }).expect(500);
    expect(body.code).toBe('option_invalid');
    await alice.get('/me').expect(200, { user: null });
    expect(handled).toEqual([]);
  });
});

/** A strategy that is not a second factor, and ends with this action. */
function strategyThat(act: (actions: Strategy) => void): Strategy {
  return new (class extends Strategy {
    override authenticate() {
      act(this);
    }
  })();
}
