import { Module } from '@nestjs/common';
import { LoginController } from './login.controller.js';
import { ModicaAccount } from './modica-account.js';
import { SecondFactor } from './second-factor.strategy.js';
import { Users } from './users.js';

@Module({ controllers: [LoginController], providers: [ModicaAccount, SecondFactor, Users] })
export class AppModule {}
