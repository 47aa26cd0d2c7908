import type { Verification } from 'passport-modica-2fa';
import {
  ModicaTwoFactorModule,
  type ModicaTwoFactorModuleOptions,
} from 'passport-modica-2fa/nestjs';
import { RecoveryCodes, RecoveryCodesModule } from './recovery-codes/recovery-codes.js';
import { Users, UsersModule } from './users/users.js';

/** The account at Modica, or the emulator's, and limits. */
export type CodeOptions = Pick<
  ModicaTwoFactorModuleOptions,
  'username' | 'password' | 'baseUrl' | 'limits'
>;

/**
 * The second factor. Its challenges are in the memory of this process; several processes share a Redis:
 * `...onRedis(client)`.
 */
export const secondFactorWith = (code: CodeOptions) =>
  ModicaTwoFactorModule.forRootAsync({
    imports: [UsersModule, RecoveryCodesModule],
    inject: [Users, RecoveryCodes],
    useFactory: (users: Users, recoveryCodes: RecoveryCodes): ModicaTwoFactorModuleOptions => ({
      ...code,
      // Without sessions the client keeps the challenge's id and posts it with the code.
      state: 'client',
      allowedPrefixes: ['+64', '+61'],
      destination: (user) => user.mobile,
      // Users without a number log in with their password, and reach nothing but the way to one.
      required: (user) => user.mobile !== null,
      recoveryCodes,
      verify: ({ userId }: Verification<number>) => users.byId(userId),
      verifiedAt: ({ user }) => user?.verifiedAt,
    }),
  });
