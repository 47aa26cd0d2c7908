import { Controller, type ExecutionContext, Get, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { TwoFactorGuard } from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

describe('A guard in an app with sessions', () => {
  it('leaves the login to the app unless it is told to do it', async () => {
    const { browser, emulator } = await startNest({
      sessions: new session.MemoryStore(),
      controllers: [loginWith()],
    });
    const alice = browser();

    await alice.login();
    await alice.enter(newestCode(emulator)).expect(200);
    await alice.get('/me').expect(200, { user: null });
  });

  it('A7: refuses a first factor that has logged in already, and logs it out', async () => {
    class PasswordGuard extends AuthGuard('local') {
      override async canActivate(context: ExecutionContext) {
        await super.canActivate(context);
        await super.logIn(context.switchToHttp().getRequest());
        return true;
      }
    }
    @Controller()
    class HalfALogin {
      @Post('login')
      @UseGuards(PasswordGuard, TwoFactorGuard)
      login() {}

      @Get('me')
      me(@Req() { user }: Request) {
        return { user: user ?? null };
      }
    }
    const { browser, emulator, logged } = await startNest({
      sessions: new session.MemoryStore(),
      controllers: [HalfALogin],
    });
    const alice = browser();

    const { body } = await alice.login().expect(500);
    expect(body.code).toBe('first_factor_logged_in');
    expect(logged).toEqual([expect.objectContaining({ code: 'first_factor_logged_in' })]);
    await alice.get('/me').expect(200, { user: null });
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('A guard in an app without sessions', () => {
  it('says that one is missing where the strategy needs it, and sends nothing', async () => {
    const { browser, emulator, logged } = await startNest({
      strategy: { carrier: 'session' },
      controllers: [loginWith()],
    });

    const { body } = await browser().login().expect(500);
    expect(body.code).toBe('session_missing');
    expect(logged).toEqual([expect.objectContaining({ code: 'session_missing' })]);
    expect(emulator.requests).toHaveLength(0);
  });
});
