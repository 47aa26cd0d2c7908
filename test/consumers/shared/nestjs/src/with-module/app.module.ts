import { Module } from '@nestjs/common';
import { ModicaTwoFactorModule } from 'passport-modica-2fa/nestjs';
import { LoginController } from '../login.controller.js';
import { ModicaAccount } from '../modica-account.js';
import { type AppUser, Users } from '../users.js';
import { TransfersController } from './transfers.controller.js';
import { Transfers } from './transfers.js';

@Module({ providers: [ModicaAccount, Users], exports: [ModicaAccount, Users] })
class AccountModule {}

@Module({
  imports: [
    AccountModule,
    ModicaTwoFactorModule.forRootAsync({
      imports: [AccountModule],
      inject: [ModicaAccount, Users],
      useFactory: ({ username, password, baseUrl }: ModicaAccount, users: Users) => ({
        username,
        password,
        baseUrl,
        state: 'client',
        destination: (user: AppUser) => user.mobile,
        verify: async ({ userId }) => users.find(Number(userId)),
      }),
    }),
  ],
  controllers: [LoginController, TransfersController],
  providers: [Transfers],
})
export class AppModule {}
