import { Body, Controller, Get, Post, Req, Session, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import type { Request } from 'express';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { createTwoFactorGuard } from '../../../lib/nestjs/index.js';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

/** What a client is told to keep. */
function cookieOf({ headers }: { readonly headers: Record<string, string> }): string | undefined {
  return String(headers['set-cookie']).split(';')[0];
}

/** Something that an app keeps in its session. */
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

describe('A guard with session: true', () => {
  it('logs in to a renewed session once the code is verified, and never before', async () => {
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

  it('logs in nobody whom the code did not verify, whatever a guard that extends it says', async () => {
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
  ])('and keepSessionInfo: %s leaves of a basket: %s', async (keepSessionInfo, basket) => {
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
  });

  it('logs in also where PassportModule names another property for other guards', async () => {
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

  it('lets nobody in where the session cannot be renewed', async () => {
    class Stuck extends session.MemoryStore {
      override destroy(_id: string, done?: (error?: unknown) => void) {
        done?.(new Error('canary'));
      }
    }
    const { browser, emulator } = await startNest({
      sessions: new Stuck(),
      controllers: [loginWith({ session: true })],
    });
    const alice = browser();

    await alice.login();
    const { body } = await alice.enter(newestCode(emulator)).expect(500);
    expect(body).toEqual({ statusCode: 500, message: 'Internal server error' });
    await alice.get('/me').expect(200, { user: null });
  });

  it('A45: refuses and logs nobody in where an extended guard would let in a request without anybody', async () => {
    class Optional extends createTwoFactorGuard({ session: true }) {
      override handleRequest<TUser>(_error: unknown, user: TUser): TUser {
        return user;
      }
    }
    @Controller()
    class Open {
      @Get('me')
      @UseGuards(Optional)
      me(@Req() { user }: Request) {
        return { user: user ?? null };
      }
    }
    const { browser } = await startNest({
      sessions: new session.MemoryStore(),
      controllers: [Open],
    });

    const { headers } = await browser().get('/me').expect(405);
    expect(headers['set-cookie']).toBeUndefined();
  });
});
