import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  HttpCode,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { createTwoFactorGuard, type TwoFactorGuardOptions } from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { startNest } from './app.js';

const tokenUser = { id: 1, mobile: '+64211111111', token: 'a token' };

/** Authenticates a user as by a token: another object than the strategy loads. */
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<Request>().user = tokenUser;
    return true;
  }
}

/** A route that requires the confirmation with a code. */
async function startTransfers(options: TwoFactorGuardOptions) {
  @Controller()
  class Transfers {
    @Post('transfers')
    @HttpCode(200)
    @UseGuards(TokenGuard, createTwoFactorGuard({ purpose: 'step-up', ...options }))
    transfer(@Req() request: Request) {
      const { user, account, approver, authInfo } = Object(request);
      return { user, account, approver, authInfo };
    }

    @Post('open')
    @UseGuards(createTwoFactorGuard({ purpose: 'step-up' }))
    open() {}
  }
  const { browser, emulator } = await startNest({ controllers: [Transfers] });
  return { browser, emulator };
}

describe('A step-up behind a guard', () => {
  it('leaves request.user unchanged, and sets the verified user as request.account', async () => {
    const { browser, emulator } = await startTransfers({});
    const alice = browser();

    const asked = await alice.post('/transfers').expect(401);
    expect(asked.body).toMatchObject({ code: 'challenge_sent', challenge: { purpose: 'step-up' } });
    const { body } = await alice.post('/transfers', { code: newestCode(emulator) }).expect(200);
    expect(body).toMatchObject({
      user: { id: 1, token: 'a token' },
      account: { id: 1, name: 'alice' },
      authInfo: { code: 'verified', purpose: 'step-up' },
    });
  });

  it('is refused if the transaction differs from the one that the code was sent for', async () => {
    const { browser, emulator } = await startTransfers({
      transaction: ({ body: { to, amount } }) => ({ to, amount }),
    });
    const alice = browser();

    await alice.post('/transfers', { to: 'bob', amount: 10 }).expect(401);
    const code = newestCode(emulator);
    const { body } = await alice.post('/transfers', { to: 'eve', amount: 10, code }).expect(401);
    expect(body.code).toBe('transaction_mismatch');
  });

  it('is refused without a logged-in user', async () => {
    const { browser, emulator } = await startTransfers({});

    const { body } = await browser().post('/open').expect(401);
    expect(body.code).toBe('first_factor_required');
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('The verified user', () => {
  const named = { imports: [PassportModule.register({ property: 'approver' })] };

  it('is in the property that the guard names', async () => {
    const { browser, emulator } = await startTransfers({ property: 'approver' });
    const alice = browser();

    await alice.post('/transfers').expect(401);
    const { body } = await alice.post('/transfers', { code: newestCode(emulator) }).expect(200);
    expect(Object.keys(body)).toEqual(['user', 'approver', 'authInfo']);
    expect(body.approver.name).toBe('alice');
  });

  it('is in the property that PassportModule names after a login', async () => {
    @Controller('login')
    class Login {
      @Post()
      @UseGuards(TokenGuard, createTwoFactorGuard({ phase: 'challenge' }))
      login() {}

      @Post('code')
      @HttpCode(200)
      @UseGuards(createTwoFactorGuard({ phase: 'response' }))
      code(@Req() request: Request) {
        const { user, approver } = Object(request);
        return { user, approver };
      }
    }
    const { browser, emulator } = await startNest({ ...named, controllers: [Login] });
    const alice = browser();

    await alice.login();
    const { body } = await alice.enter(newestCode(emulator)).expect(200);
    expect(body).toEqual({ approver: expect.objectContaining({ name: 'alice' }) });
  });
});

describe('An enrolment behind a guard', () => {
  it('sends the code to the new number of the route', async () => {
    const { browser, emulator } = await startTransfers({
      purpose: 'enrol',
      destination: ({ body }) => body.mobile,
    });
    const alice = browser();

    await alice.post('/transfers', { mobile: '+64213333333' }).expect(401);
    const code = newestCode(emulator, '+64213333333');
    const { body } = await alice.post('/transfers', { mobile: '+64213333333', code }).expect(200);
    expect(body.authInfo).toMatchObject({ code: 'verified', purpose: 'enrol' });
  });
});
