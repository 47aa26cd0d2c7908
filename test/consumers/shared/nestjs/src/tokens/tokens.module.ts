import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { secondFactor } from '../auth/second-factor.module.js';
import { Transfers } from '../auth/transfers.js';
import { TokensController } from './tokens.controller.js';

@Module({
  imports: [AuthModule, secondFactor('client')],
  controllers: [TokensController],
  providers: [Transfers],
})
export class TokensModule {}
