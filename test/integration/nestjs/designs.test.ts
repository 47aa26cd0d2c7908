import { createHmac, randomBytes } from 'node:crypto';
import {
  type CanActivate,
  Controller,
  Delete,
  type ExecutionContext,
  Get,
  HttpCode,
  Patch,
  Post,
  Put,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import session from 'express-session';
import passport from 'passport';
import { describe, expect, it } from 'vitest';
import type { VerifiedInfo } from '../../../lib/index.js';
import {
  createTwoFactorGuard,
  LogOutFirstGuard,
  RequireSecondFactor,
  TwoFactorGuard,
  VerifiedFactor,
} from '../../../lib/nestjs/index.js';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import { type AppUser, type CreateApp, startWithModule, UsersService } from './module-app.js';

interface Claims {
  /** The id of the user. */
  readonly sub: number;
  /** What the token is for: the code route, or everything else. */
  readonly use: 'code' | 'access';
  readonly verifiedAt?: string;
}

const key = randomBytes(32);
const signatureOf = (payload: string) => createHmac('sha256', key).update(payload).digest('hex');

/** A signed token, as an app's JWT. */
function sign(claims: Claims): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${payload}.${signatureOf(payload)}`;
}

function claimsOf({ headers: { authorization = '' } }: Request): Claims | undefined {
  const [payload = '', signature] = authorization.replace('Bearer ', '').split('.');
  return signatureOf(payload) === signature
    ? JSON.parse(Buffer.from(payload, 'base64url').toString())
    : undefined;
}

/** Accepts tokens of one use, as an app's JWT strategy does, and sets a user made of the token. */
function tokenGuard(use: Claims['use'], { optional = false } = {}) {
  return class TokenGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<Request>();
      const claims = claimsOf(request);
      const accepted = claims?.use === use && {
        id: claims.sub,
        mobile: '+64211111111',
      };
      if (!accepted && !optional) throw new UnauthorizedException();
      // Passport's optional guards leave `false`.
      Reflect.set(request, 'user', accepted);
      return true;
    }
  };
}

const alice = { username: 'alice', password: 'right' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A password gives a token that only the code routes accept, and the code gives the token for the rest. */
@Controller()
class PartialTokens {
  @Post('login')
  @HttpCode(200)
  @UseGuards(AuthGuard('local'))
  password(@Req() { user }: { user: AppUser }) {
    return { token: sign({ sub: user.id, use: 'code' }) };
  }

  @Post('code')
  @HttpCode(200)
  @UseGuards(tokenGuard('code'), TwoFactorGuard)
  code(@Req() { user }: { user: AppUser }, @VerifiedFactor() { verifiedAt }: VerifiedInfo) {
    return {
      name: user.name,
      token: sign({ sub: user.id, use: 'access', verifiedAt: verifiedAt.toISOString() }),
    };
  }

  @Post('code/only')
  @HttpCode(200)
  @UseGuards(tokenGuard('code'), createTwoFactorGuard({ phase: 'response' }))
  codeOnly(@Req() { user }: { user: AppUser }) {
    return { name: user.name };
  }

  @Get('account')
  @RequireSecondFactor({ maxAge: 300, verifiedAt: (request) => claimsOf(request)?.verifiedAt })
  @UseGuards(tokenGuard('access'))
  account() {
    return { done: true };
  }
}

describe('A31, F29: a partial token', () => {
  async function start() {
    const app = await startWithModule({ controllers: [PartialTokens] });
    const { body } = await app.post('/login', alice).expect(200);
    const token: string = body.token;
    return {
      ...app,
      token,
      partly: (path: string, sent = {}) => app.post(path, sent).set(bearer(token)),
    };
  }

  it('gets a message, and after the code the token for everything else', async () => {
    const { partly, emulator, agent } = await start();
    const asked = await partly('/code').expect(401);
    expect(asked.body.code).toBe('challenge_sent');
    const challenge = asked.body.challenge.id;
    await partly('/code', { challenge, code: wrongCodeFor(emulator) }).expect(401);
    const { body } = await partly('/code', { challenge, code: newestCode(emulator) }).expect(200);
    expect(body.name).toBe('alice');
    await agent.get('/account').set(bearer(body.token)).expect(200);
  });

  it('is accepted on a route that only takes codes', async () => {
    const { partly, emulator } = await start();
    const { body } = await partly('/code').expect(401);
    const answer = { challenge: body.challenge.id, code: newestCode(emulator) };
    await partly('/code/only', answer).expect(200, { name: 'alice' });
  });

  it('opens no other route, and no code route opens without it', async () => {
    const { agent, token, post, emulator } = await start();
    await agent.get('/account').set(bearer(token)).expect(401);
    await post('/code').expect(401, { statusCode: 401, message: 'Unauthorized' });
    expect(emulator.messages).toHaveLength(0);
  });

  it.each(['/code', '/code/only'])(
    'of another user does not log in with the right code at %s, and voids the challenge',
    async (path) => {
      const { partly, emulator, post } = await start();
      const asked = await partly('/code').expect(401);
      const sent = { challenge: asked.body.challenge.id, code: newestCode(emulator) };
      const bob = await post('/login', { username: 'bob', password: 'right' }).expect(200);
      const { body } = await post(path, sent).set(bearer(bob.body.token)).expect(401);
      expect(body.code).toBe('challenge_not_found');
      await partly(path, sent).expect(401);
    },
  );
});

describe('Sessions on Express', () => {
  @Controller()
  class WithSession {
    @Post('login')
    @UseGuards(LogOutFirstGuard, AuthGuard('local'), createTwoFactorGuard({ session: true }))
    login() {}

    @Post('login/code')
    @HttpCode(200)
    @UseGuards(createTwoFactorGuard({ session: true, phase: 'response' }))
    code() {}

    @Get('fresh')
    @RequireSecondFactor({ maxAge: 300 })
    fresh(@Req() { user }: { user: AppUser }) {
      return { name: user.name };
    }
  }

  const withSessions: CreateApp = async (module, options) => {
    const app = await NestFactory.create(module, options);
    passport.serializeUser<number>((user, done) => done(null, Reflect.get(user, 'id')));
    passport.deserializeUser((id: number, done) => {
      app
        .get(UsersService)
        .findOne(id)
        .then((user) => done(null, user ?? false), done);
    });
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false }));
    return app.use(passport.session());
  };

  it('log in after the code, and record the second factor until the next login', async () => {
    const { agent, login, post, emulator } = await startWithModule(
      { controllers: [WithSession] },
      { state: 'session' },
      withSessions,
    );
    await login();
    await agent.get('/fresh').expect(401);
    await post('/login/code', { code: newestCode(emulator) }).expect(200);
    await agent.get('/fresh').expect(200, { name: 'alice' });
    await login();
    await agent.get('/fresh').expect(401);
  });
});

describe('One route for both phases', () => {
  @Controller()
  class OneRoute {
    @Post('login')
    @HttpCode(200)
    @UseGuards(AuthGuard('local'), TwoFactorGuard)
    login(@Req() { user }: { user: AppUser }) {
      return { name: user.name };
    }
  }

  it('takes the password with the code, as a client without a memory posts it', async () => {
    const { post, emulator } = await startWithModule({ controllers: [OneRoute] });
    const asked = await post('/login', alice).expect(401);
    const answer = { challenge: asked.body.challenge.id, code: newestCode(emulator) };
    await post('/login', answer).expect(401, { statusCode: 401, message: 'Unauthorized' });
    await post('/login', { ...alice, ...answer }).expect(200, { name: 'alice' });
  });
});

describe('F29: an optional guard before the code', () => {
  @Controller()
  class Optional {
    @Post('login')
    @UseGuards(AuthGuard('local'), TwoFactorGuard)
    login() {}

    @Post('code')
    @HttpCode(200)
    @UseGuards(tokenGuard('access', { optional: true }), TwoFactorGuard)
    code(@Req() { user }: { user: AppUser }) {
      return { name: user.name };
    }
  }

  it('leaves a request without a user, whose code logs in', async () => {
    const { login, post, emulator } = await startWithModule({ controllers: [Optional] });
    const challenge = await login();
    const answer = { challenge, code: newestCode(emulator) };
    await post('/code', answer).expect(200, { name: 'alice' });
  });

  it('sends nothing to a request without a user and without a code', async () => {
    const { post, emulator } = await startWithModule({ controllers: [Optional] });
    const { body } = await post('/code').expect(401);
    expect(body.code).toBe('first_factor_required');
    expect(emulator.messages).toHaveLength(0);
  });
});

describe('F32: the method of a request', () => {
  const guards = () =>
    UseGuards(tokenGuard('access'), createTwoFactorGuard({ purpose: 'step-up' }));

  @Controller('number')
  class Methods {
    @Get()
    @guards()
    get() {}

    @Post()
    @HttpCode(200)
    @guards()
    post() {}

    @Put()
    @guards()
    put() {}

    @Patch()
    @guards()
    patch() {}

    @Delete()
    @guards()
    delete() {}
  }
  const authorization = bearer(sign({ sub: 1, use: 'access' }));

  it.each(['get', 'head'] as const)('%s sends nothing', async (method) => {
    const { agent, emulator } = await startWithModule({ controllers: [Methods] });
    await agent[method]('/number').set(authorization).expect(405).expect('Allow', 'POST');
    expect(emulator.messages).toHaveLength(0);
  });

  it.each(['post', 'put', 'patch', 'delete'] as const)(
    '%s sends and checks a code',
    async (method) => {
      const { agent, emulator } = await startWithModule({ controllers: [Methods] });
      const asked = await agent[method]('/number').set(authorization).expect(401);
      expect(asked.body.code).toBe('challenge_sent');
      const answer = { challenge: asked.body.challenge.id, code: newestCode(emulator) };
      await agent[method]('/number').set(authorization).send(answer).expect(200);
    },
  );
});
