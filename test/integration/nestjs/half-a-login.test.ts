import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Post,
  Req,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { createTwoFactorGuard, TwoFactorGuard } from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { someRecoveryCodes } from '../../fixtures/recovery-codes.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

/** An app whose first factor logs in to the session before the second factor. */
async function startHalf(first: Type<CanActivate>, second: Type<CanActivate>) {
  @Controller()
  class HalfALogin {
    @Post('login')
    @UseGuards(first, second)
    login() {}

    @Get('me')
    me(@Req() { user }: Request) {
      return { user: user ?? null };
    }
  }
  const stored = await someRecoveryCodes();
  const app = await startNest({
    sessions: new session.MemoryStore(),
    controllers: [HalfALogin],
    strategy: { recoveryCodes: stored.option },
  });
  return { ...app, stored };
}

class SuperLogIn extends AuthGuard('local') {
  override async canActivate(context: ExecutionContext) {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest());
    return true;
  }
}

/** A guard of the app's own, which leaves no info of Passport's. */
class RequestLogIn implements CanActivate {
  canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const user = { id: 1, name: 'alice', mobile: '+64211111111' };
    return new Promise((resolve, reject) => {
      request.logIn(user, (error) => (error ? reject(error) : resolve(true)));
    });
  }
}

class PinnedToResponses extends createTwoFactorGuard({ phase: 'response' }) {}

class LogsInOnceMore extends createTwoFactorGuard({ session: true }) {}

const halves = [SuperLogIn, RequestLogIn].flatMap((first) =>
  [TwoFactorGuard, PinnedToResponses, LogsInOnceMore].flatMap((second) =>
    [{}, { code: '123456' }, { code: 1 }, { code: [] }, { resend: true }].map(
      (beside) => [first.name, second.name, beside, first, second] as const,
    ),
  ),
);

describe('A7, A31: half a login', () => {
  it.each(halves)('by %s before %s is undone, with %o in the body', async (...row) => {
    const [, , beside, first, second] = row;
    const { browser, emulator, logged } = await startHalf(first, second);
    const alice = browser();
    const { body } = await alice
      .post('/login', { username: 'alice', password: 'right', ...beside })
      .expect(500);
    expect(body.code).toBe('first_factor_logged_in');
    expect(logged).toEqual([expect.objectContaining({ code: 'first_factor_logged_in' })]);
    await alice.get('/me').expect(200, { user: null });
    expect(emulator.requests).toHaveLength(0);
  });

  it.each(halves.filter(([, , beside]) => Object.keys(beside).length === 0))(
    'by %s before %s is undone, with a recovery code in the body, which stays unused',
    async (...row) => {
      const [, , , first, second] = row;
      const { browser, stored } = await startHalf(first, second);
      const alice = browser();
      const { body } = await alice
        .post('/login', { username: 'alice', password: 'right', recoveryCode: stored.code() })
        .expect(500);
      expect(body.code).toBe('first_factor_logged_in');
      await alice.get('/me').expect(200, { user: null });
      expect(stored.asked).toEqual([]);
    },
  );
});

describe('A guard in an app with sessions', () => {
  it('does not log in to the session without session: true', async () => {
    const { browser, emulator } = await startNest({
      sessions: new session.MemoryStore(),
      controllers: [loginWith()],
    });
    const alice = browser();

    await alice.login();
    await alice.enter(newestCode(emulator)).expect(200);
    await alice.get('/me').expect(200, { user: null });
  });
});

describe('A guard in an app without sessions', () => {
  it('fails with session_missing and sends nothing if the strategy needs a session', async () => {
    const { browser, emulator, logged } = await startNest({
      strategy: { state: 'session' },
      controllers: [loginWith()],
    });

    const { body } = await browser().login().expect(500);
    expect(body.code).toBe('session_missing');
    expect(logged).toEqual([expect.objectContaining({ code: 'session_missing' })]);
    expect(emulator.requests).toHaveLength(0);
  });
});
