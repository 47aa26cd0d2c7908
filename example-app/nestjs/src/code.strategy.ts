import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import {
  inMemory,
  type ModicaTwoFactorOptions,
  ModicaTwoFactorStrategy,
  type Verification,
} from 'passport-modica-2fa';
import { type AppUser, Users } from './users.js';

/** The account at Modica, or the emulator's, and how often it is used. */
export type CodeOptions = Pick<
  ModicaTwoFactorOptions<AppUser>,
  'username' | 'password' | 'baseUrl' | 'limits'
>;

export const codeOptions = Symbol('codeOptions');

/** The second factor. */
@Injectable()
export class CodeStrategy extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
  constructor(
    @Inject(codeOptions) options: CodeOptions,
    private readonly users: Users,
  ) {
    super({
      ...options,
      // Enough for one process; several share a Redis: ...onRedis(client).
      ...inMemory(),
      // There is no session: the client keeps the id of its challenge, and posts it with the code.
      state: 'client',
      allowedPrefixes: ['+64', '+61'],
      destination: (user) => user.mobile,
    });
  }

  validate({ userId }: Verification<number>) {
    return this.users.byId(userId);
  }
}
