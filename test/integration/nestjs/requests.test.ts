import {
  BadRequestException,
  type CanActivate,
  Controller,
  type ExecutionContext,
  HttpCode,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import {
  createStepUpGuard,
  createTwoFactorGuard,
  RequireSecondFactor,
} from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { type AppUser, startNest } from './app.js';
import { loginWith } from './login.js';

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<Request>();

describe('A42: an app whose PassportModule names a property', () => {
  @Controller('by')
  class ByToken {
    @Post('guard')
    @HttpCode(200)
    @UseGuards(AuthGuard('local'), createStepUpGuard({ verifiedAt: () => new Date() }))
    guard() {}

    @Post('decorator')
    @HttpCode(200)
    @RequireSecondFactor({ verifiedAt: () => new Date() })
    @UseGuards(AuthGuard('local'))
    decorator() {}

    @Post('option')
    @HttpCode(200)
    @UseGuards(
      AuthGuard('local'),
      createStepUpGuard({ userProperty: 'nobody', verifiedAt: () => new Date() }),
    )
    option() {}

    @Post('step-up')
    @HttpCode(200)
    @UseGuards(AuthGuard('local'), createTwoFactorGuard({ purpose: 'step-up' }))
    stepUp(@Req() request: Request) {
      const { user, member, account } = Object(request);
      return { user, member, account };
    }
  }
  const start = () =>
    startNest({
      imports: [PassportModule.register({ property: 'member' })],
      controllers: [loginWith(), ByToken],
    });
  const password = { username: 'alice', password: 'right' };

  it('logs in there, in both phases', async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    expect((await alice.login().expect(401)).body.code).toBe('challenge_sent');
    await alice.enter(newestCode(emulator)).expect(200);
  });

  it('is guarded there', async () => {
    const { browser } = await start();
    await browser().post('/by/guard', password).expect(200);
    await browser().post('/by/decorator', password).expect(200);
    const { body } = await browser().post('/by/option', password).expect(401);
    expect(body.code).toBe('first_factor_required');
  });

  it('steps up there, and leaves the user where it was', async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    await alice.post('/by/step-up', password).expect(401);
    const code = newestCode(emulator);
    const { body } = await alice.post('/by/step-up', { ...password, code }).expect(200);
    expect(body).toEqual({
      member: expect.objectContaining({ name: 'alice' }),
      account: expect.objectContaining({ name: 'alice' }),
    });
  });
});

describe('A48: an exception of a route of its own', () => {
  const invalid = () => {
    throw new BadRequestException(['amount must be a positive number']);
  };

  it.each([
    { purpose: 'step-up', transaction: invalid },
    { purpose: 'step-up', transaction: async () => invalid() },
    { purpose: 'enrol', destination: invalid },
  ] as const)('reaches the client before anything is sent or checked: %o', async (options) => {
    @Controller()
    class Transfers {
      @Post('transfers')
      @UseGuards(AuthGuard('local'), createTwoFactorGuard(options))
      transfer() {}
    }
    const { browser, emulator } = await startNest({ controllers: [Transfers] });
    for (const beside of [{}, { code: '123456' }, { resend: true }]) {
      const { body } = await browser()
        .post('/transfers', { username: 'alice', password: 'right', ...beside })
        .expect(400);
      expect(body.message).toEqual(['amount must be a positive number']);
    }
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('F29: a code route behind a guard that may have no user', () => {
  it.each([undefined, null, false, 0, ''])('takes the code where it left %s', async (nobody) => {
    class Optional implements CanActivate {
      canActivate(context: ExecutionContext) {
        Reflect.set(requestOf(context), 'user', nobody);
        return true;
      }
    }
    @Controller()
    class Login {
      @Post('login')
      @UseGuards(AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
      login() {}

      @Post('login/code')
      @HttpCode(200)
      @UseGuards(Optional, createTwoFactorGuard({ phase: 'response' }))
      code(@Req() { user }: Request) {
        return { user };
      }

      @Post('step-up')
      @UseGuards(Optional, createTwoFactorGuard({ purpose: 'step-up' }))
      stepUp() {}
    }
    const { browser, emulator } = await startNest({ controllers: [Login] });
    const alice = browser();
    await alice.login();
    expect((await alice.enter(newestCode(emulator)).expect(200)).body.user.name).toBe('alice');
    expect((await alice.post('/step-up').expect(401)).body.code).toBe('first_factor_required');
  });
});

describe('F31: a guard with session: true', () => {
  it.each([
    ['no session', undefined],
    ['a session as @fastify/secure-session has it', { regenerate: () => {} }],
    ['a session as cookie-session has it', {}],
  ])('says before anything is sent that it cannot log in to %s', async (_what, held) => {
    class Holds implements CanActivate {
      canActivate(context: ExecutionContext) {
        Reflect.set(requestOf(context), 'session', held);
        return true;
      }
    }
    @Controller()
    class Login {
      @Post('login')
      @UseGuards(AuthGuard('local'), Holds, createTwoFactorGuard({ session: true }))
      login() {}
    }
    const { browser, emulator, logged } = await startNest({ controllers: [Login] });
    expect((await browser().login().expect(500)).body.code).toBe('session_missing');
    expect(String(logged[0])).toContain('regenerate and save');
    expect(emulator.requests).toHaveLength(0);
  });

  it('logs in with the promise of @fastify/passport as well', async () => {
    class Promised implements CanActivate {
      canActivate(context: ExecutionContext) {
        const request = requestOf(context);
        const logsIn = async (user: AppUser) => Reflect.set(request.session, 'member', user.id);
        Object.assign(request, { passport: {}, logIn: logsIn, session: {} });
        return true;
      }
    }
    @Controller()
    class Login {
      @Post('login')
      @UseGuards(AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
      login() {}

      @Post('login/code')
      @HttpCode(200)
      @UseGuards(Promised, createTwoFactorGuard({ session: true, phase: 'response' }))
      code(@Req() request: Request) {
        return request.session;
      }
    }
    const { browser, emulator } = await startNest({ controllers: [Login] });
    const alice = browser();
    await alice.login();
    const { body } = await alice.enter(newestCode(emulator)).expect(200);
    expect(body).toEqual({ member: 1 });
  });
});
