import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { ProviderUnavailableError } from '../../../lib/index.js';
import { createTwoFactorGuard, TwoFactorGuard } from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

/** The system gives this port to nobody, unlike one that was just closed. */
const nobodyThere = 'http://127.0.0.1:1';

describe('A guarded login', () => {
  it('ends with the user of the strategy, and says when and how it was verified', async () => {
    const { browser, emulator } = await startNest({ controllers: [loginWith()] });
    const alice = browser();

    await alice.login().expect(401);
    const { body } = await alice.enter(newestCode(emulator)).expect(200);
    expect(body).toEqual({
      user: { id: 1, name: 'alice', mobile: '+64211111111' },
      info: {
        code: 'verified',
        purpose: 'login',
        amr: ['mfa', 'sms'],
        verifiedAt: expect.any(String),
      },
    });
  });

  it('takes both phases on one route with TwoFactorGuard as it is', async () => {
    @Controller()
    class Both {
      @Post('login')
      @HttpCode(200)
      @UseGuards(TwoFactorGuard)
      both(@Req() { user }: Request) {
        return { user };
      }

      @Post('password')
      @UseGuards(AuthGuard('local'), TwoFactorGuard)
      password() {}
    }
    const { browser, emulator } = await startNest({ controllers: [Both] });
    const alice = browser();

    await alice.post('/password', { username: 'alice', password: 'right' }).expect(401);
    const { body } = await alice.post('/login', { code: newestCode(emulator) }).expect(200);
    expect(body.user.name).toBe('alice');
  });

  it('by a strategy that is no second factor is refused: the password alone would do', async () => {
    @Controller()
    class Misnamed {
      @Post('login')
      @UseGuards(createTwoFactorGuard({ strategy: 'local' }))
      password() {}
    }
    const { browser } = await startNest({ controllers: [Misnamed] });
    const { body } = await browser().login().expect(500);
    expect(body).toMatchObject({ statusCode: 500, code: 'option_invalid' });
  });

  it('sends nothing after a wrong password, which stays an answer of Nest', async () => {
    const { browser, emulator } = await startNest({ controllers: [loginWith()] });

    const { body } = await browser().login('alice', 'wrong').expect(401);
    expect(body).toEqual({ statusCode: 401, message: 'Unauthorized' });
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('A fault', () => {
  it('has its status and its code, is logged whole, and tells the client nothing more', async () => {
    const { browser, logged } = await startNest({
      controllers: [loginWith()],
      strategy: { baseUrl: nobodyThere },
    });

    const { body } = await browser().login().expect(503);
    expect(body).toEqual({
      statusCode: 503,
      code: 'provider_unavailable',
      message: 'We cannot send or check codes right now.',
    });
    expect(logged).toEqual([expect.any(ProviderUnavailableError)]);
  });

  it('says when to try again where that is known', async () => {
    const { browser, emulator } = await startNest({ controllers: [loginWith()] });
    const alice = browser();
    await alice.login();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 429,
      headers: { 'retry-after': '7' },
    });

    const { body } = await alice.enter(newestCode(emulator)).expect(503).expect('Retry-After', '7');
    expect(body).toMatchObject({ code: 'provider_throttled', retryAfter: 7 });
  });

  it('that is not ours is left to Nest', async () => {
    const { browser, logged } = await startNest({
      controllers: [loginWith()],
      strategy: {
        destination: () => {
          throw new Error('canary');
        },
      },
    });

    const { body } = await browser().login().expect(500);
    expect(body).toEqual({ statusCode: 500, message: 'Internal server error' });
    expect(logged).toEqual([new Error('canary')]);
  });
});
