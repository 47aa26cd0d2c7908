import { Module } from '@nestjs/common';
import { LoginController } from './login.controller';
import { ModicaAccount } from './modica-account';
import { SecondFactor } from './second-factor.strategy';
import { Users } from './users';

@Module({ controllers: [LoginController], providers: [ModicaAccount, SecondFactor, Users] })
export class AppModule {}
