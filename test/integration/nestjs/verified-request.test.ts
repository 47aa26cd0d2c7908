import {
  Controller,
  type ExecutionContext,
  HttpCode,
  Post,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard, type IAuthGuard, PassportStrategy } from '@nestjs/passport';
import session from 'express-session';
import { Strategy as LocalStrategy } from 'passport-local';
import { describe, expect, it } from 'vitest';
import type { SuccessInfo } from '../../../lib/index.js';
import {
  createStepUpGuard,
  createTwoFactorGuard,
  VerifiedFactor,
} from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

/** Verifies the code, and then runs once more, with the code that is used up. */
class Twice extends createTwoFactorGuard() {
  override async canActivate(context: ExecutionContext) {
    await super.canActivate(context);
    await Promise.resolve(super.canActivate(context)).catch(() => false);
    return true;
  }
}

class TwiceWithLogin extends Twice {
  override async canActivate(context: ExecutionContext) {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest());
    return true;
  }
}

describe('A45: a code that is verified and then refused in one request', () => {
  async function answerBehind(Guard: Type<IAuthGuard>) {
    @Controller()
    class Login {
      @Post('login')
      @UseGuards(AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
      login() {}

      @Post('login/code')
      @HttpCode(200)
      @UseGuards(Guard)
      code(@VerifiedFactor() info: SuccessInfo) {
        return info;
      }
    }
    const sessions = new session.MemoryStore();
    const { browser, emulator } = await startNest({ controllers: [Login], sessions });
    const alice = browser();
    await alice.login().expect(401);
    return alice.enter(newestCode(emulator)).expect(500);
  }

  it('leaves no verified factor', async () => {
    expect((await answerBehind(Twice)).body.code).toBe('info_unknown');
  });

  it('leaves no user to log in', async () => {
    expect((await answerBehind(TwiceWithLogin)).body.code).toBe('option_invalid');
  });
});

describe('A45: the info of a login', () => {
  it.each([
    ['that needed no code', false, 'not_required'],
    ['with a code', true, 'verified'],
  ])(
    '%s is no second factor for a step-up, by a strategy that returns it',
    async (_what, required, code) => {
      const login: { info?: SuccessInfo } = {};
      class Replay extends PassportStrategy(LocalStrategy, 'replay') {
        validate() {
          return [{ id: 1 }, login.info];
        }
      }
      new Replay();

      @Controller()
      class Routes {
        @Post('login')
        @UseGuards(AuthGuard('local'), createTwoFactorGuard())
        login(@VerifiedFactor() info: SuccessInfo) {
          login.info = info;
        }

        @Post('step-up')
        @UseGuards(
          AuthGuard('local'),
          createTwoFactorGuard({ strategy: 'replay', purpose: 'step-up' }),
        )
        stepUp() {}
      }
      const { browser, emulator } = await startNest({
        controllers: [Routes],
        strategy: { required: () => required },
      });
      const alice = browser();
      const password = { username: 'alice', password: 'right' };
      await alice.post('/login', password);
      if (required) {
        await alice.post('/login', { ...password, code: newestCode(emulator) }).expect(201);
      }
      expect(login.info?.code).toBe(code);
      expect((await alice.post('/step-up', password).expect(500)).body.code).toBe('option_invalid');
    },
  );
});

describe('A login without a session', () => {
  it('records no second factor in the session that its request has', async () => {
    @Controller('session')
    class Sessions {
      @Post('login')
      @UseGuards(AuthGuard('local'), createTwoFactorGuard({ session: true }))
      login() {}

      @Post('fresh')
      @UseGuards(createStepUpGuard())
      fresh() {}
    }
    const { browser, emulator } = await startNest({
      controllers: [loginWith(), Sessions],
      sessions: new session.MemoryStore(),
      strategy: { state: 'client', required: (_user, { path }) => path === '/login' },
    });
    const inSession = browser();
    const password = { username: 'alice', password: 'right' };
    await inSession.post('/session/login', password).expect(201);
    const { body } = await browser().login().expect(401);
    const answer = { challenge: body.challenge.id, code: newestCode(emulator) };
    await inSession.post('/login/code', answer).expect(200);
    const refused = await inSession.post('/session/fresh').expect(401);
    expect(refused.body.code).toBe('second_factor_required');
  });
});
