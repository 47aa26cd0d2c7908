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
  it('with the code challenge_sent contains the challenge', async () => {
    const { browser } = await startNest({ controllers: [loginWith()] });

    const { body } = await browser().login().expect(401);
    expect(body).toEqual({
      statusCode: 401,
      code: 'challenge_sent',
      message: expect.any(String),
      challenge: expect.objectContaining({ destination: '•••••11', attemptsRemaining: 5 }),
    });
  });

  it('of a wrong code contains the number of attempts left, and is not logged', async () => {
    const { browser, emulator, logged } = await startNest({ controllers: [loginWith()] });
    const alice = browser();

    await alice.login();
    const { body } = await alice.enter(wrongCodeFor(emulator)).expect(401);
    expect(body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
    expect(logged).toEqual([]);
  });

  it('of a resend that comes too soon is a 429 with Retry-After in header and body', async () => {
    const clock = stopClock();
    const { browser } = await startNest({ controllers: [loginWith()] });
    const alice = browser();

    await alice.login();
    clock.advance(10 * second);
    const early = await alice.resend().expect(429).expect('Retry-After', '20');
    expect(early.body).toMatchObject({ code: 'resend_too_soon', retryAfter: 20 });
  });

  it('of a GET has the header Allow', async () => {
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

  it('is the cause of its exception, and sets neither request.user nor request.authInfo', async () => {
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
    'stays an exception if PassportModule sets a %s',
    async (option) => {
      const { browser } = await startNest({
        controllers: [loginWith()],
        imports: [PassportModule.register({ [option]: '/elsewhere', failureMessage: true })],
      });

      const { body } = await browser().login().expect(401);
      expect(body.code).toBe('challenge_sent');
    },
  );

  it('is sent without headers if the response has no method for them', async () => {
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
