import { Injectable, type Type } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ModicaTwoFactorStrategy, type Verification } from '../../../lib/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { type AppUser, type Options, startNest } from './app.js';
import { loginWith } from './login.js';

type Registered = Type<unknown> & (new (options: Options, users: readonly AppUser[]) => unknown);

/** A strategy whose name is the second argument of Nest's mixin. */
function strategyNamed(name: string): Registered {
  @Injectable()
  class CodeStrategy extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>, name) {
    constructor(
      options: Options,
      private readonly users: readonly AppUser[],
    ) {
      super({ ...options, passReqToCallback: false });
    }

    async validate({ userId }: Verification<number>) {
      return this.users.find(({ id }) => id === userId);
    }
  }
  return CodeStrategy;
}

async function start(argument: string, option: string | undefined) {
  const Strategy = strategyNamed(argument);
  onTestFinished(() => {
    passport.unuse(argument);
  });
  return startNest({
    strategy: { name: option },
    register: (options, users) => new Strategy(options, users),
    controllers: [loginWith({ strategy: argument })],
  });
}

describe("The second argument of Nest's PassportStrategy", () => {
  it('may repeat the name of the option', async () => {
    const { browser, emulator } = await start('sms', 'sms');
    const alice = browser();
    await alice.login().expect(401);
    await alice.enter(newestCode(emulator)).expect(200);
  });

  it.each([undefined, 'other'])(
    'is an error that says how to fix it where the option "name" is %s, and nothing is sent',
    async (option) => {
      const { browser, emulator, logged } = await start('sms', option);
      const { body } = await browser().login().expect(500);
      expect(body.code).toBe('option_invalid');
      expect(String(logged)).toContain("name: 'sms'");
      expect(emulator.messages).toHaveLength(0);
    },
  );
});
