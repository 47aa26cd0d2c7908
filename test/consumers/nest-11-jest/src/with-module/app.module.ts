import { Module } from '@nestjs/common';
import { ModicaTwoFactorModule } from 'passport-modica-2fa/nestjs';
import { LoginController } from '../login.controller';
import { ModicaAccount } from '../modica-account';
import { type AppUser, Users } from '../users';
import { Transfers } from './transfers';
import { TransfersController } from './transfers.controller';

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
