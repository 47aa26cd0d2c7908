import { randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import fastifyPassport from '@fastify/passport';
import secureSession from '@fastify/secure-session';
import session from '@fastify/session';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  Post,
  Req,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Request } from 'express';
import passport from 'passport';
import { describe, expect, it } from 'vitest';
import {
  createRedirectFilter,
  createTwoFactorGuard,
  LogOutFirstGuard,
  RequireSecondFactor,
  type TwoFactorGuardOptions,
} from '../../../lib/nestjs/index.js';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import { type AppUser, type CreateApp, startWithModule, UsersService } from './module-app.js';

const alice = { username: 'alice', password: 'right' };

type AddSessions = (app: NestFastifyApplication) => Promise<void>;

/** A Nest app on Fastify, with what is registered before it listens. */
const onFastify =
  (register: AddSessions = async () => {}): CreateApp =>
  async (module, options) => {
    const app = await NestFactory.create<NestFastifyApplication>(
      module,
      new FastifyAdapter(),
      options,
    );
    await register(app);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return app;
  };

const addSession: AddSessions = async (app) => {
  await app.register(cookie);
  await app.register(session, {
    secret: 'of the test, and 32 characters long',
    saveUninitialized: false,
    cookie: { secure: false },
  });
};

const addSecureSession: AddSessions = async (app) => {
  await app.register(secureSession, { key: randomBytes(32), cookie: { path: '/' } });
};

/** @fastify/passport keeps the login in the session; the strategies remain those of Nest. */
const withPassport =
  (addSessions: AddSessions): AddSessions =>
  async (app) => {
    await addSessions(app);
    const passport = new fastifyPassport.Authenticator();
    passport.registerUserSerializer(async ({ id }: AppUser) => id);
    passport.registerUserDeserializer(
      async (id: number) => (await app.get(UsersService).findOne(id)) ?? null,
    );
    await app.register(passport.initialize());
    await app.register(passport.secureSession());
  };

function controllerWith(options: TwoFactorGuardOptions) {
  @Controller()
  class LoginController {
    @Post('login')
    @HttpCode(200)
    @UseGuards(
      LogOutFirstGuard,
      AuthGuard('local'),
      createTwoFactorGuard({ ...options, phase: 'challenge' }),
    )
    login() {}

    @Post('login/code')
    @HttpCode(200)
    @UseGuards(createTwoFactorGuard({ ...options, phase: 'response' }))
    code(@Req() { user }: Request) {
      return { user };
    }

    @Get('me')
    me(@Req() { user }: Request) {
      return { user: user ?? null };
    }

    @Get('fresh')
    @RequireSecondFactor({ maxAge: 300 })
    fresh() {
      return { done: true };
    }

    @Post('step-up')
    @HttpCode(200)
    @UseGuards(createTwoFactorGuard({ purpose: 'step-up' }))
    stepUp(@Req() { account }: { account: AppUser }) {
      return { account };
    }
  }
  return LoginController;
}

describe.each([
  ['@fastify/session', addSession],
  ['@fastify/secure-session', addSecureSession],
])('F31: Nest on Fastify with %s and @fastify/passport', (_what, addSessions) => {
  const start = () =>
    startWithModule(
      { controllers: [controllerWith({ session: true })] },
      { state: 'session' },
      onFastify(withPassport(addSessions)),
    );

  it('logs in after the code, not before, and records the second factor', async () => {
    const { agent, login, post, emulator } = await start();
    await login();
    await agent.get('/me').expect(200, { user: null });
    await post('/login/code', { code: wrongCodeFor(emulator) }).expect(401);
    await agent.get('/me').expect(200, { user: null });
    await post('/login/code', { code: newestCode(emulator) }).expect(200);
    expect((await agent.get('/me').expect(200)).body.user.name).toBe('alice');
    await agent.get('/fresh').expect(200, { done: true });
  });

  it('has a step-up in the session', async () => {
    const { login, post, emulator } = await start();
    await login();
    await post('/login/code', { code: newestCode(emulator) }).expect(200);
    expect((await post('/step-up').expect(401)).body.code).toBe('challenge_sent');
    const { body } = await post('/step-up', { code: newestCode(emulator) }).expect(200);
    expect(body.account.name).toBe('alice');
  });

  it('ends the session of an earlier login with LogOutFirstGuard', async () => {
    const { agent, login, post, emulator } = await start();
    await login();
    await post('/login/code', { code: newestCode(emulator) }).expect(200);
    await post('/login', { username: 'bob', password: 'right' }).expect(401);
    await agent.get('/me').expect(200, { user: null });
  });

  it('A31: undoes half a login, and sends nothing', async () => {
    class SuperLogIn extends AuthGuard('local') implements CanActivate {
      override async canActivate(context: ExecutionContext) {
        await super.canActivate(context);
        const request = context.switchToHttp().getRequest();
        await request.logIn(request.user);
        return true;
      }
    }
    @Controller('half')
    class HalfALogin {
      @Post()
      @UseGuards(SuperLogIn, createTwoFactorGuard({ session: true }))
      login() {}
    }
    const { agent, post, emulator } = await startWithModule(
      { controllers: [controllerWith({ session: true }), HalfALogin] },
      { state: 'session' },
      onFastify(withPassport(addSessions)),
    );
    const { body } = await post('/half', alice).expect(500);
    expect(body.code).toBe('first_factor_logged_in');
    await agent.get('/me').expect(200, { user: null });
    expect(emulator.messages).toHaveLength(0);
  });
});

describe.each([
  ['@fastify/session', addSession],
  ['@fastify/secure-session', addSecureSession],
])('F31: Nest on Fastify with %s and without @fastify/passport', (_what, addSessions) => {
  it('keeps challenges in the session, without session: true', async () => {
    const { login, post, emulator } = await startWithModule(
      { controllers: [controllerWith({})] },
      { state: 'session' },
      onFastify(addSessions),
    );
    await login();
    const { body } = await post('/login/code', { code: newestCode(emulator) }).expect(200);
    expect(body.user.name).toBe('alice');
  });
});

describe('F31: session: true on Fastify without @fastify/passport', () => {
  it('is an error with @fastify/secure-session that says how to fix it, and sends nothing', async () => {
    const { post, logged, emulator } = await startWithModule(
      { controllers: [controllerWith({ session: true })] },
      { state: 'session' },
      onFastify(addSecureSession),
    );
    const { body } = await post('/login', alice).expect(500);
    expect(body.code).toBe('session_missing');
    expect(String(logged)).toContain('@fastify/passport');
    expect(emulator.messages).toHaveLength(0);
  });

  it('with @fastify/session leaves the user unloaded, which a step-up names', async () => {
    passport.serializeUser<number>((user, done) => done(null, Reflect.get(user, 'id')));
    const { agent, login, post, emulator, logged } = await startWithModule(
      { controllers: [controllerWith({ session: true })] },
      { state: 'session' },
      onFastify(addSession),
    );
    await login();
    await post('/login/code', { code: newestCode(emulator) }).expect(200);
    await agent.get('/me').expect(200, { user: null });
    await agent.get('/fresh').expect(401);
    expect((await post('/step-up').expect(500)).body.code).toBe('user_not_loaded');
    expect(String(logged)).toContain('passport.secureSession()');
  });
});

describe('Nest on Fastify without sessions', () => {
  it('logs in with the id of the challenge', async () => {
    const { login, post, emulator } = await startWithModule(
      { controllers: [controllerWith({})] },
      {},
      onFastify(),
    );
    const challenge = await login();
    await post('/login/code', { challenge, code: wrongCodeFor(emulator) }).expect(401);
    const sent = { challenge, code: newestCode(emulator) };
    const { body } = await post('/login/code', sent).expect(200);
    expect(body.user.name).toBe('alice');
  });

  it('answers a resend that comes too soon with the header Retry-After', async () => {
    const { login, post } = await startWithModule(
      { controllers: [controllerWith({})] },
      {},
      onFastify(),
    );
    const challenge = await login();
    const { body, headers } = await post('/login/code', { challenge, resend: true }).expect(429);
    expect(headers['retry-after']).toBe(String(body.retryAfter));
  });

  it('redirects pages with createRedirectFilter', async () => {
    @Controller('page')
    @UseFilters(createRedirectFilter(({ code }) => `/code?${code}`))
    class Page {
      @Post()
      @UseGuards(AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
      login() {}
    }
    const { post } = await startWithModule({ controllers: [Page] }, {}, onFastify());
    const { headers } = await post('/page', alice).set('Accept', 'text/html').expect(303);
    expect(headers['location']).toBe('/code?challenge_sent');
  });

  it('names the header where a "locale" calls acceptsLanguages, and sends nothing', async () => {
    const { post, logged, emulator } = await startWithModule(
      { controllers: [controllerWith({})] },
      { locale: (request) => request.acceptsLanguages('en', 'es') },
      onFastify(),
    );
    const { body } = await post('/login', alice).expect(500);
    expect(body).toEqual({
      statusCode: 500,
      code: 'option_invalid',
      message: 'We cannot send or check codes right now.',
    });
    expect(logged).toEqual([
      expect.objectContaining({ hint: expect.stringContaining('accept-language') }),
    ]);
    expect(emulator.messages).toHaveLength(0);
  });

  it('takes the language from the header', async () => {
    const { post } = await startWithModule(
      { controllers: [controllerWith({})] },
      { locale: ({ headers }) => headers['accept-language']?.slice(0, 2) },
      onFastify(),
    );
    const { body } = await post('/login', alice).set('Accept-Language', 'es').expect(401);
    expect(body.message).toMatch(/^Le enviamos/);
  });
});
