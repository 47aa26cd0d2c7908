import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  Post,
  Req,
  Session,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import type { Request } from 'express';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { createTwoFactorGuard } from '../../../lib/nestjs/index.js';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import { type AppUser, startNest } from './app.js';
import { loginWith } from './login.js';

/** The session cookie that a response sets. */
function cookieOf({ headers }: { readonly headers: Record<string, string> }): string | undefined {
  return String(headers['set-cookie']).split(';')[0];
}

/** Data that an app keeps in its session. */
@Controller('basket')
class Basket {
  @Post()
  fill(@Session() kept: Record<string, unknown>, @Body() { basket }: { basket: string }) {
    kept['basket'] = basket;
  }

  @Get()
  look(@Session() { basket }: Record<string, unknown>) {
    return { basket };
  }
}

describe('createTwoFactorGuard with session: true', () => {
  it('logs in to a renewed session after the code is verified, not before', async () => {
    const { browser, emulator } = await startNest({
      sessions: new session.MemoryStore(),
      controllers: [loginWith({ session: true })],
    });
    const alice = browser();

    const asked = await alice.login().expect(401);
    await alice.get('/me').expect(200, { user: null });
    await alice.enter(wrongCodeFor(emulator)).expect(401);
    await alice.get('/me').expect(200, { user: null });
    const answered = await alice.enter(newestCode(emulator)).expect(200);
    expect(cookieOf(answered)).not.toBe(cookieOf(asked));
    const { body } = await alice.get('/me').expect(200);
    expect(body.user.name).toBe('alice');
  });

  it('leaves the user where Passport does, whatever the property of PassportModule', async () => {
    @Controller()
    class Login {
      @Post('login')
      @UseGuards(AuthGuard('local'), createTwoFactorGuard({ session: true, phase: 'challenge' }))
      password() {}

      @Post('login/code')
      @HttpCode(200)
      @UseGuards(createTwoFactorGuard({ session: true, phase: 'response' }))
      code(@Req() request: Request) {
        return { user: request.user, member: Reflect.get(request, 'member') ?? null };
      }
    }
    const { browser, emulator, users } = await startNest({
      sessions: new session.MemoryStore(),
      imports: [PassportModule.register({ property: 'member' })],
      controllers: [Login],
    });
    const alice = browser();
    await alice.login().expect(401);
    await alice.enter(newestCode(emulator)).expect(200, { user: users[0], member: null });
  });

  it('A45: does not log in without a verified code if a subclass returns any user', async () => {
    class Lenient extends createTwoFactorGuard({ session: true }) {
      override handleRequest<TUser>(_error: unknown, user: TUser): TUser {
        return user;
      }
    }
    @Controller()
    class Login {
      @Post('login')
      @UseGuards(AuthGuard('local'), Lenient)
      password() {}

      @Get('me')
      me(@Req() { user }: Request) {
        return { user: user ?? null };
      }
    }
    const sessions = new session.MemoryStore();
    const { browser } = await startNest({ sessions, controllers: [Login] });
    const alice = browser();
    await alice.login();
    await alice.get('/me').expect(200, { user: null });
  });

  it.each([
    [false, undefined],
    [true, 'bread'],
  ])(
    'and keepSessionInfo: %s leaves the session with the basket: %s',
    async (keepSessionInfo, basket) => {
      const { browser, emulator } = await startNest({
        sessions: new session.MemoryStore(),
        controllers: [loginWith({ session: true, keepSessionInfo }), Basket],
      });
      const alice = browser();

      await alice.post('/basket', { basket: 'bread' });
      await alice.login();
      await alice.enter(newestCode(emulator)).expect(200);
      const { body } = await alice.get('/basket').expect(200);
      expect(body.basket).toBe(basket);
    },
  );

  it('logs in to request.user even if PassportModule names another property', async () => {
    class PasswordGuard extends AuthGuard('local') {
      override getAuthenticateOptions() {
        return { property: 'user' };
      }
    }
    @Controller()
    class Login {
      @Post('login')
      @UseGuards(PasswordGuard, createTwoFactorGuard({ session: true }))
      login() {}

      @Post('login/code')
      @UseGuards(createTwoFactorGuard({ session: true }))
      code() {}

      @Get('me')
      me(@Req() { user }: Request) {
        return { user: user ?? null };
      }
    }
    const { browser, emulator } = await startNest({
      sessions: new session.MemoryStore(),
      imports: [PassportModule.register({ property: 'account' })],
      controllers: [Login],
    });
    const alice = browser();

    await alice.login();
    await alice.enter(newestCode(emulator)).expect(201);
    const { body } = await alice.get('/me').expect(200);
    expect(body.user.name).toBe('alice');
  });

  it('does not log in if the session cannot be renewed', async () => {
    class FailingStore extends session.MemoryStore {
      override destroy(_id: string, done?: (error?: unknown) => void) {
        done?.(new Error('canary'));
      }
    }
    const { browser, emulator } = await startNest({
      sessions: new FailingStore(),
      controllers: [loginWith({ session: true })],
    });
    const alice = browser();

    await alice.login();
    const { body } = await alice.enter(newestCode(emulator)).expect(500);
    expect(body).toEqual({ statusCode: 500, message: 'Internal server error' });
    await alice.get('/me').expect(200, { user: null });
  });
});

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<Request>();

describe('F31: createTwoFactorGuard with session: true', () => {
  it.each([
    ['no session', undefined],
    ['a session of @fastify/secure-session', { regenerate: () => {} }],
    ['a session of cookie-session', {}],
  ])(
    'fails with session_missing before a code is sent if the request has %s',
    async (_what, held) => {
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
    },
  );

  it('logs in with the promise that @fastify/passport returns', async () => {
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
