import { ModicaTwoFactorModule } from 'passport-modica-2fa/nestjs';
import { ModicaAccount } from '../modica-account.js';
import { type AppUser, Users } from '../users.js';
import { AuthModule } from './auth.module.js';
import type { TokenUser } from './token.strategies.js';

/** For an app with tokens, where the client keeps the challenge, or for one with sessions. */
export const secondFactor = (state: 'client' | 'session') =>
  ModicaTwoFactorModule.forRootAsync({
    imports: [AuthModule],
    inject: [ModicaAccount, Users],
    useFactory: ({ username, password, baseUrl }: ModicaAccount, users: Users) => ({
      username,
      password,
      baseUrl,
      state,
      required: (user: AppUser) => user.codeAtLogin,
      destination: (user: AppUser) => user.mobile,
      verify: async ({ userId }) => users.find(Number(userId)),
      verifiedAt: state === 'client' ? ({ user }) => (user as TokenUser).verifiedAt : undefined,
    }),
  });
