import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { secondFactor } from '../auth/second-factor.module.js';
import { Transfers } from '../auth/transfers.js';
import { TokensController } from '../tokens/tokens.controller.js';
import { AccountGateway } from './account.gateway.js';

/** An app logs in over HTTP, also for its sockets. */
@Module({
  imports: [AuthModule, secondFactor('client')],
  controllers: [TokensController],
  providers: [AccountGateway, Transfers],
})
export class GatewayModule {}
