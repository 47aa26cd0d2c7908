import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { secondFactor } from '../auth/second-factor.module.js';
import { SessionUsers } from './session-users.js';
import { SessionsController } from './sessions.controller.js';

@Module({
  imports: [AuthModule, secondFactor('session')],
  controllers: [SessionsController],
  providers: [SessionUsers],
})
export class SessionsModule {}
