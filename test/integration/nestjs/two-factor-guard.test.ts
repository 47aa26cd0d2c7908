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
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { ProviderUnavailableError } from '../../../lib/index.js';
import { createTwoFactorGuard, TwoFactorGuard } from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

/** No process can listen on this port, unlike on one that was just closed. */
const unreachableUrl = 'http://127.0.0.1:1';

describe('A login behind guards', () => {
  it('sets the user of validate, and an info with the time and the method', async () => {
    const { browser, emulator } = await startNest({ controllers: [loginWith()] });
    const alice = browser();

    await alice.login().expect(401);
    const { body } = await alice.enter(newestCode(emulator)).expect(200);
    expect(body).toEqual({
      user: { id: 1, name: 'alice', mobile: '+64211111111' },
      info: {
        code: 'verified',
        purpose: 'login',
        method: 'sms',
        amr: ['mfa', 'sms'],
        verifiedAt: expect.any(String),
      },
    });
  });

  it('has both phases on one route with TwoFactorGuard', async () => {
    @Controller()
    class Both {
      @Post('login')
      @HttpCode(200)
      @UseGuards(TwoFactorGuard)
      both(@Req() { user }: Request) {
        return { user };
      }

      @Post('password')
      @UseGuards(AuthGuard('local'), TwoFactorGuard)
      password() {}
    }
    const { browser, emulator } = await startNest({ controllers: [Both] });
    const alice = browser();

    await alice.post('/password', { username: 'alice', password: 'right' }).expect(401);
    const { body } = await alice.post('/login', { code: newestCode(emulator) }).expect(200);
    expect(body.user.name).toBe('alice');
  });

  it('fails with option_invalid if the strategy of the guard is not a second factor', async () => {
    @Controller()
    class Misnamed {
      @Post('login')
      @UseGuards(createTwoFactorGuard({ strategy: 'local' }))
      password() {}
    }
    const { browser } = await startNest({ controllers: [Misnamed] });
    const { body } = await browser().login().expect(500);
    expect(body).toMatchObject({ statusCode: 500, code: 'option_invalid' });
  });

  it('sends nothing after a wrong password, which Nest answers', async () => {
    const { browser, emulator } = await startNest({ controllers: [loginWith()] });

    const { body } = await browser().login('alice', 'wrong').expect(401);
    expect(body).toEqual({ statusCode: 401, message: 'Unauthorized' });
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('A fault', () => {
  it('is answered with its status and code, without its message, and logged completely', async () => {
    const { browser, logged } = await startNest({
      controllers: [loginWith()],
      strategy: { baseUrl: unreachableUrl },
    });

    const { body } = await browser().login().expect(503);
    expect(body).toEqual({
      statusCode: 503,
      code: 'provider_unavailable',
      message: 'We cannot send or check codes right now.',
    });
    expect(logged).toEqual([expect.any(ProviderUnavailableError)]);
  });

  it('has the header Retry-After if the provider sent one', async () => {
    const { browser, emulator } = await startNest({ controllers: [loginWith()] });
    const alice = browser();
    await alice.login();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 429,
      headers: { 'retry-after': '7' },
    });

    const { body } = await alice.enter(newestCode(emulator)).expect(503).expect('Retry-After', '7');
    expect(body).toMatchObject({ code: 'provider_throttled', retryAfter: 7 });
  });

  it('of the app is left to Nest', async () => {
    const { browser, logged } = await startNest({
      controllers: [loginWith()],
      strategy: {
        destination: () => {
          throw new Error('canary');
        },
      },
    });

    const { body } = await browser().login().expect(500);
    expect(body).toEqual({ statusCode: 500, message: 'Internal server error' });
    expect(logged).toEqual([new Error('canary')]);
  });
});

describe('A48: an exception that a callback of the route throws', () => {
  const invalid = () => {
    throw new BadRequestException(['amount must be a positive number']);
  };

  it.each([
    { purpose: 'step-up', transaction: invalid },
    { purpose: 'step-up', transaction: async () => invalid() },
    { purpose: 'enrol', destination: invalid },
  ] as const)('reaches the client before a code is sent or checked: %o', async (options) => {
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

describe('F29: a code route behind a guard that allows requests without a user', () => {
  it.each([undefined, null, false, 0, ''])(
    'accepts the code if request.user is %s',
    async (user) => {
      class Optional implements CanActivate {
        canActivate(context: ExecutionContext) {
          Reflect.set(context.switchToHttp().getRequest<Request>(), 'user', user);
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
    },
  );
});
