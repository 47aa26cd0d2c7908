import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { inMemory, ModicaTwoFactorStrategy, type Verification } from 'passport-modica-2fa';
import { ModicaAccount } from './modica-account.js';
import { type AppUser, Users } from './users.js';

@Injectable()
export class SecondFactor extends PassportStrategy(ModicaTwoFactorStrategy) {
  readonly users: Users;

  constructor(account: ModicaAccount, users: Users) {
    const { username, password, baseUrl } = account;
    super({
      ...inMemory(),
      username,
      password,
      baseUrl,
      state: 'client',
      destination: (user: AppUser) => user.mobile,
    });
    this.users = users;
  }

  validate({ userId }: Verification<number>): AppUser | undefined {
    return this.users.find(userId);
  }
}
