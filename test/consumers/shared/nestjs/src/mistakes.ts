// What must not compile. Never run: `tsc` complains of each line that stops being a mistake.
import { PassportStrategy } from '@nestjs/passport';
import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { createTwoFactorGuard } from 'passport-modica-2fa/nestjs';
import type { AppUser } from './users.js';

const account = { username: 'app', password: 'secret' };
const destination = (user: AppUser) => user.mobile;

export class NoDestination extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
  constructor() {
    // @ts-expect-error
    super(account);
  }

  validate(): undefined {}
}

export class MisspeltPrefixes extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
  constructor() {
    // @ts-expect-error
    super({ ...account, destination, alowedPrefixes: ['+64'] });
  }

  validate(): undefined {}
}

export const guards = () => [
  // @ts-expect-error
  createTwoFactorGuard({ purpose: 'stepup' }),
  // @ts-expect-error
  createTwoFactorGuard({ challengeRedirect: '/login/code' }),
];
