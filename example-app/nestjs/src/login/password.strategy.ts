import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import { Users } from '../users/users.js';

/** The first factor. */
@Injectable()
export class PasswordStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly users: Users) {
    super();
  }

  validate(username: string, password: string) {
    return this.users.byPassword(username.toLowerCase(), password);
  }
}
