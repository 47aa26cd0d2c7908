import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { AccountController } from './account/account.controller.js';
import { LoginController } from './login/login.controller.js';
import { PasswordStrategy } from './login/password.strategy.js';
import { MobileController } from './mobile/mobile.controller.js';
import { RecoveryCodesController } from './recovery-codes/recovery-codes.controller.js';
import { RecoveryCodesModule } from './recovery-codes/recovery-codes.js';
import { type CodeOptions, secondFactorWith } from './second-factor.js';
import { SecondFactorGuard } from './tokens/second-factor.guard.js';
import { TokenGuard } from './tokens/token.guard.js';
import { Tokens } from './tokens/tokens.js';
import { Accounts } from './transfers/accounts.js';
import { TransfersController } from './transfers/transfers.controller.js';
import { Transfers } from './transfers/transfers.js';
import { UsersModule } from './users/users.js';

export interface AppParts {
  readonly tokenSecret: string;
  readonly code: CodeOptions;
  readonly imports: readonly DynamicModule[];
}

const issuer = 'example-nestjs';

@Module({
  imports: [UsersModule, RecoveryCodesModule],
  controllers: [
    LoginController,
    AccountController,
    MobileController,
    RecoveryCodesController,
    TransfersController,
  ],
  providers: [
    Tokens,
    PasswordStrategy,
    Accounts,
    Transfers,
    // In this order, in front of all routes.
    { provide: APP_GUARD, useClass: TokenGuard },
    { provide: APP_GUARD, useClass: SecondFactorGuard },
  ],
})
export class AppModule {
  static with({ tokenSecret, code, imports }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...imports,
        secondFactorWith(code),
        JwtModule.register({
          secret: tokenSecret,
          signOptions: { algorithm: 'HS256', issuer, expiresIn: '15m' },
          verifyOptions: { algorithms: ['HS256'], issuer },
        }),
      ],
    };
  }
}
