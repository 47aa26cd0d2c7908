import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import cookieSession from 'cookie-session';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { createTwoFactorGuard, LogOutFirstGuard } from '../../../lib/nestjs/index.js';
import { completeSession } from '../../fixtures/complete-session.js';
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
  const inCookie = () => cookieSession({ secret: 'of the test' });

  it.each([
    ['express-session', () => new session.MemoryStore()],
    ['cookie-session with regenerate and save', () => [inCookie(), completeSession]],
  ])('lets a logged-in user log in again, in a session that is logged out: %s', async (...row) => {
    const [, sessions] = row;
    const controllers = [loginWith({ session: true }), Again];
    const { browser, emulator } = await startNest({ controllers, sessions: sessions() });
    const user = browser();
    await user.login();
    await user.enter(newestCode(emulator)).expect(200);
    const { body } = await user.post('/again', alice).expect(401);
    expect(body.code).toBe('challenge_sent');
    expect((await user.get('/me')).body.user).toBeNull();
  });

  it('fails with session_missing for a login in a session that Passport cannot renew', async () => {
    const loggedIn: RequestHandler = ({ session }, _response, next) => {
      Reflect.set(Object(session), 'passport', { user: 1 });
      next();
    };
    const { browser, emulator, logged } = await startNest({
      controllers: [Again],
      sessions: [inCookie(), loggedIn],
    });
    expect((await browser().post('/again', alice).expect(500)).body.code).toBe('session_missing');
    expect(logged).toEqual([expect.objectContaining({ code: 'session_missing' })]);
    expect(emulator.requests).toHaveLength(0);
  });

  it('does nothing for a request without a session', async () => {
    const { browser } = await startNest({ controllers: [Again] });
    const { body } = await browser().post('/again', alice).expect(401);
    expect(body.code).toBe('challenge_sent');
  });

  it('does nothing for the user of a token, who has no session', async () => {
    class NotLoggedOut implements CanActivate {
      canActivate(context: ExecutionContext) {
        return context.switchToHttp().getRequest<Request>().isAuthenticated();
      }
    }
    @Controller()
    class ByToken {
      @Post('by-token')
      @UseGuards(AuthGuard('local'), LogOutFirstGuard, NotLoggedOut)
      byToken(@Req() { user }: Request) {
        return { user };
      }
    }
    const { browser } = await startNest({ controllers: [ByToken] });
    const { body } = await browser().post('/by-token', alice).expect(201);
    expect(body.user.name).toBe('alice');
  });
});
