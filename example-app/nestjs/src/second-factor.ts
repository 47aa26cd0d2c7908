import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import {
  inMemory,
  type ModicaTwoFactorOptions,
  ModicaTwoFactorStrategy,
  type Verification,
} from 'passport-modica-2fa';
import { type AppUser, Users } from './users.js';

/** The account at Modica, or the emulator's, and limits. */
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
      // For a single process. Several share a Redis: ...onRedis(client).
      ...inMemory(),
      // Without sessions the client keeps the challenge's id and posts it with the code.
      state: 'client',
      allowedPrefixes: ['+64', '+61'],
      destination: (user) => user.mobile,
    });
  }

  validate({ userId }: Verification<number>) {
    return this.users.byId(userId);
  }
}
