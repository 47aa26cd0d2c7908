import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { ModicaAccount } from '../modica-account.js';
import { Users } from '../users.js';
import { PasswordStrategy } from './password.strategy.js';
import { AccessStrategy, PartialStrategy } from './token.strategies.js';
import { secret, Tokens } from './tokens.js';

@Module({
  imports: [JwtModule.register({ secret })],
  providers: [AccessStrategy, ModicaAccount, PartialStrategy, PasswordStrategy, Tokens, Users],
  exports: [ModicaAccount, Tokens, Users],
})
export class AuthModule {}
