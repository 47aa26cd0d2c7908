import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import {
  createStepUpGuard,
  createTwoFactorGuard,
  RequireSecondFactor,
} from '../../../lib/nestjs/index.js';
import { minute, stopClock } from '../../fixtures/clock.js';
import { newestCode } from '../../fixtures/emulator.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

/** An app with a login to the session, a step-up, and routes that require a fresh second factor. */
async function startBank() {
  @Controller('bank')
  class Bank {
    @Post('guarded')
    @HttpCode(200)
    @UseGuards(createStepUpGuard({ maxAge: 300 }))
    guarded() {}

    @Post('decorated')
    @HttpCode(200)
    @RequireSecondFactor({ maxAge: 300, locale: (request) => request.get('x-language') })
    decorated() {}

    @Post('token')
    @HttpCode(200)
    @RequireSecondFactor({ verifiedAt: () => undefined })
    token() {}

    @Post('step-up')
    @HttpCode(200)
    @UseGuards(createTwoFactorGuard({ purpose: 'step-up' }))
    stepUp() {}

    @Post('enrol')
    @HttpCode(200)
    @UseGuards(createTwoFactorGuard({ purpose: 'enrol', destination: () => '+64213333333' }))
    enrol() {}
  }
  const sessions = new session.MemoryStore();
  const controllers = [loginWith({ session: true }), Bank];
  const { browser, emulator } = await startNest({ controllers, sessions });
  const logIn = async () => {
    const alice = browser();
    await alice.login();
    await alice.enter(newestCode(emulator)).expect(200);
    return alice;
  };
  return { browser, emulator, logIn };
}

describe('A step-up guard', () => {
  it.each(['/bank/guarded', '/bank/decorated'])(
    'accepts a second factor up to maxAge, and refuses it with the header of RFC 9470 after: %s',
    async (path) => {
      const clock = stopClock();
      const { logIn, emulator } = await startBank();
      const alice = await logIn();

      clock.advance(5 * minute - 1);
      await alice.post(path).expect(200);
      clock.advance(1);
      const { body, headers } = await alice.post(path).expect(401);
      expect(body).toEqual({
        code: 'second_factor_required',
        message: "Confirm it's you by entering a code.",
        maxAge: 300,
        statusCode: 401,
      });
      expect(headers['www-authenticate']).toContain('max_age="300"');

      await alice.post('/bank/step-up').expect(401);
      await alice.post('/bank/step-up', { code: newestCode(emulator) }).expect(200);
      await alice.post(path).expect(200);
    },
  );

  it('does not accept an enrolment', async () => {
    const clock = stopClock();
    const { logIn, emulator } = await startBank();
    const alice = await logIn();
    clock.advance(5 * minute);
    await alice.post('/bank/enrol').expect(401);
    await alice.post('/bank/enrol', { code: newestCode(emulator) }).expect(200);
    await alice.post('/bank/guarded').expect(401);
  });

  it('refuses a user who is not logged in, in the language that locale names', async () => {
    const { browser } = await startBank();
    const { body } = await browser().post('/bank/decorated').set('x-language', 'es').expect(401);
    expect(body.code).toBe('first_factor_required');
    expect(body.message).toMatch(/^Por favor, primero inicie sesión/);
  });

  it('reads verifiedAt instead of the session', async () => {
    const { logIn } = await startBank();
    await (await logIn()).post('/bank/token').expect(401);
  });

  it('is not created with an unknown option, nor with redirectTo', async () => {
    for (const options of [{ maxage: 300 }, { redirectTo: '/confirm' }]) {
      const error = await thrownBy(ConfigurationError, () => createStepUpGuard(Object(options)));
      expect(error.code).toBe('option_invalid');
    }
  });
});
