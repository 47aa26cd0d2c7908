import { type DynamicModule, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { AccountController } from './account.controller.js';
import { type CodeOptions, CodeStrategy, codeOptions } from './code.strategy.js';
import { LoginController } from './login.controller.js';
import { PasswordStrategy } from './password.strategy.js';
import { Tokens } from './tokens.js';
import { Users } from './users.js';

export interface AppParts {
  readonly tokenSecret: string;
  readonly users: Users;
  readonly code: CodeOptions;
  readonly imports: readonly DynamicModule[];
}

const issuer = 'example-nestjs';

@Module({ controllers: [LoginController, AccountController] })
export class AppModule {
  static with({ tokenSecret, users, code, imports }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...imports,
        JwtModule.register({
          secret: tokenSecret,
          signOptions: { algorithm: 'HS256', issuer, expiresIn: '15m' },
          verifyOptions: { algorithms: ['HS256'], issuer },
        }),
      ],
      providers: [
        Tokens,
        PasswordStrategy,
        CodeStrategy,
        { provide: Users, useValue: users },
        { provide: codeOptions, useValue: code },
      ],
    };
  }
}
