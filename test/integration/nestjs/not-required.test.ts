import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { expect, it } from 'vitest';
import { createTwoFactorGuard } from '../../../lib/nestjs/index.js';
import { type AppUser, startNest } from './app.js';

@Controller()
class Login {
  @Post('login')
  @UseGuards(AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
  password(@Req() { user }: { user: AppUser }) {
    return { id: user.id };
  }
}

it('a login in NestJS for which `required` is false reaches the route of the password', async () => {
  const { browser, emulator } = await startNest({
    controllers: [Login],
    strategy: { required: ({ name }) => name !== 'alice' },
  });
  const { status, body } = await browser().login('alice');
  expect([status, body]).toEqual([201, { id: 1 }]);
  expect(emulator.messages).toEqual([]);
  expect((await browser().login('bob')).body.code).toBe('challenge_sent');
});
