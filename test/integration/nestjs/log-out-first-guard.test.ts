import { Controller, Post, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { createTwoFactorGuard, LogOutFirstGuard } from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

describe('LogOutFirstGuard', () => {
  @Controller()
  class Again {
    @Post('again')
    @UseGuards(LogOutFirstGuard, AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
    again() {}
  }
  const alice = { username: 'alice', password: 'right' };

  it('lets a logged-in user log in again, in a session that is logged out', async () => {
    const sessions = new session.MemoryStore();
    const controllers = [loginWith({ session: true }), Again];
    const { browser, emulator } = await startNest({ controllers, sessions });
    const user = browser();
    await user.login();
    await user.enter(newestCode(emulator)).expect(200);
    const { body } = await user.post('/again', alice).expect(401);
    expect(body.code).toBe('challenge_sent');
    expect((await user.get('/me')).body.user).toBeNull();
  });

  it('does nothing for a request without a session', async () => {
    const { browser } = await startNest({ controllers: [Again] });
    const { body } = await browser().post('/again', alice).expect(401);
    expect(body.code).toBe('challenge_sent');
  });
});
