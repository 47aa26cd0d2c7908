import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  type HttpException,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { TwoFactorRefusal } from '../../../lib/index.js';
import { createTwoFactorGuard, TwoFactorGuard } from '../../../lib/nestjs/index.js';
import { second, stopClock } from '../../fixtures/clock.js';
import { wrongCodeFor } from '../../fixtures/emulator.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

describe('A refusal', () => {
  it('that a code is on its way says so, with the challenge', async () => {
    const { browser } = await startNest({ controllers: [loginWith()] });

    const { body } = await browser().login().expect(401);
    expect(body).toEqual({
      statusCode: 401,
      code: 'challenge_sent',
      message: expect.any(String),
      challenge: expect.objectContaining({ destination: '•••••11', attemptsRemaining: 5 }),
    });
  });

  it('of a wrong code says how many attempts are left', async () => {
    const { browser, emulator, logged } = await startNest({ controllers: [loginWith()] });
    const alice = browser();

    await alice.login();
    const { body } = await alice.enter(wrongCodeFor(emulator)).expect(401);
    expect(body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
    expect(logged).toEqual([]);
  });

  it('of too much has its 429, and Retry-After as a header and in the body', async () => {
    const clock = stopClock();
    const { browser } = await startNest({ controllers: [loginWith()] });
    const alice = browser();

    await alice.login();
    clock.advance(10 * second);
    const early = await alice.resend().expect(429).expect('Retry-After', '20');
    expect(early.body).toMatchObject({ code: 'resend_too_soon', retryAfter: 20 });
  });

  it('of a GET names the method that is allowed', async () => {
    @Controller()
    class ByGet {
      @Get('login')
      @UseGuards(TwoFactorGuard)
      get() {}
    }
    const { browser } = await startNest({ controllers: [ByGet] });

    const { body } = await browser().get('/login').expect(405).expect('Allow', 'POST');
    expect(body).toMatchObject({ statusCode: 405, code: 'method_not_allowed' });
  });

  it('is the cause of its exception, and leaves neither a user nor an authInfo behind', async () => {
    const seen: unknown[] = [];
    @Catch()
    class Filter implements ExceptionFilter<HttpException> {
      catch(exception: HttpException, host: ArgumentsHost) {
        const { user, authInfo } = host.switchToHttp().getRequest<Request>();
        seen.push({ user, authInfo, cause: exception.cause });
        host.switchToHttp().getResponse().status(exception.getStatus()).end();
      }
    }
    const { browser } = await startNest({
      controllers: [loginWith()],
      providers: [{ provide: APP_FILTER, useClass: Filter }],
    });

    await browser().enter('123456').expect(401);
    expect(seen).toEqual([
      { user: undefined, authInfo: undefined, cause: expect.any(TwoFactorRefusal) },
    ]);
  });

  it.each(['challengeRedirect', 'failureRedirect'])(
    'stays one where PassportModule has a %s for other guards',
    async (option) => {
      const { browser } = await startNest({
        controllers: [loginWith()],
        imports: [PassportModule.register({ [option]: '/elsewhere', failureMessage: true })],
      });

      const { body } = await browser().login().expect(401);
      expect(body.code).toBe('challenge_sent');
    },
  );

  it('goes out also where the response takes no headers', async () => {
    class Elsewhere extends createTwoFactorGuard() {
      getResponse(_context: ExecutionContext): unknown {
        return undefined;
      }
    }
    @Controller()
    class Search {
      @Get('login')
      @UseGuards(Elsewhere)
      get() {}
    }
    const { browser } = await startNest({ controllers: [Search] });

    const { headers, body } = await browser().get('/login').expect(405);
    expect([headers['allow'], body.code]).toEqual([undefined, 'method_not_allowed']);
  });
});
