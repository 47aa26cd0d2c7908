import { Controller, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { RequireSecondFactor, TwoFactorGuard } from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { someRecoveryCodes, wrongRecoveryCode } from '../../fixtures/recovery-codes.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

const credentials = { username: 'alice', password: 'right' };

describe('A recovery code behind guards', () => {
  it('logs in, on the code route and beside the password', async () => {
    const stored = await someRecoveryCodes();
    const { browser, emulator } = await startNest({
      controllers: [loginWith()],
      strategy: { recoveryCodes: stored.option },
    });
    const alice = browser();
    await alice.login().expect(401);
    const refused = await alice.post('/login/code', { recoveryCode: wrongRecoveryCode });
    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({
      statusCode: 401,
      code: 'recovery_code_incorrect',
      attemptsRemaining: 4,
    });
    const answer = await alice.post('/login/code', { recoveryCode: stored.code(0) }).expect(200);
    expect(answer.body.user.name).toBe('alice');
    expect(answer.body.info).toMatchObject({ method: 'recovery_code', recoveryCodesRemaining: 9 });

    const body = { ...credentials, recoveryCode: stored.code(1) };
    const passed = await browser().post('/login', body).expect(201);
    expect(passed.body).toEqual({ passed: true });
    await browser().post('/login', body).expect(401);
    expect(emulator.messages).toHaveLength(1);
  });

  it('logs in with TwoFactorGuard, without a message', async () => {
    @Controller()
    class Login {
      @Post('password')
      @HttpCode(200)
      @UseGuards(AuthGuard('local'), TwoFactorGuard)
      password(@Req() { user }: Request) {
        return { user };
      }
    }
    const stored = await someRecoveryCodes();
    const { browser, emulator } = await startNest({
      controllers: [Login],
      strategy: { recoveryCodes: stored.option },
    });
    const body = { ...credentials, recoveryCode: stored.code() };
    const answer = await browser().post('/password', body).expect(200);
    expect(answer.body.user.name).toBe('alice');
    expect(emulator.messages).toHaveLength(0);
  });

  it('is recorded in the session, and satisfies @RequireSecondFactor', async () => {
    @Controller()
    class Account {
      @Get('account')
      @RequireSecondFactor({ maxAge: 300 })
      account() {
        return { shown: true };
      }
    }
    const stored = await someRecoveryCodes();
    const { browser, emulator } = await startNest({
      controllers: [loginWith({ session: true }), Account],
      sessions: new session.MemoryStore(),
      strategy: { recoveryCodes: stored.option },
    });
    const alice = browser();
    await alice.get('/account').expect(401);
    await alice.login();
    await alice.post('/login/code', { recoveryCode: stored.code() }).expect(200);
    await alice.get('/account').expect(200);
    expect(newestCode(emulator)).toMatch(/^\d+$/);
  });
});
