import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { SuccessInfo } from 'passport-modica-2fa';
import type { AppUser } from '../users.js';

export const secret = randomBytes(32).toString('hex');

@Injectable()
export class Tokens {
  constructor(private readonly jwt: JwtService) {}

  /** After the password alone: for the route of the code, and for no other. */
  partial({ id }: AppUser) {
    return { token: this.jwt.sign({ sub: id }, { audience: 'code' }) };
  }

  access({ id }: AppUser, info: SuccessInfo) {
    const verifiedAt = 'verifiedAt' in info ? info.verifiedAt : undefined;
    return { token: this.jwt.sign({ sub: id, verifiedAt }, { audience: 'account' }) };
  }
}
