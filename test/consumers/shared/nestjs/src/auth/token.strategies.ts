import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { type AppUser, Users } from '../users.js';
import { secret } from './tokens.js';

interface Claims {
  readonly sub: number;
  readonly verifiedAt?: string;
}

export interface TokenUser extends AppUser {
  readonly verifiedAt?: string | undefined;
}

const optionsFor = (audience: string) => ({
  jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
  secretOrKey: secret,
  audience,
});

@Injectable()
export class AccessStrategy extends PassportStrategy(Strategy, 'access') {
  constructor(private readonly users: Users) {
    super(optionsFor('account'));
  }

  validate({ sub, verifiedAt }: Claims): TokenUser | undefined {
    const user = this.users.find(sub);
    return user && { ...user, verifiedAt };
  }
}

@Injectable()
export class PartialStrategy extends PassportStrategy(Strategy, 'partial') {
  constructor(private readonly users: Users) {
    super(optionsFor('code'));
  }

  validate({ sub }: Claims): AppUser | undefined {
    return this.users.find(sub);
  }
}
