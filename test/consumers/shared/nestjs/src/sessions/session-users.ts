import { Injectable } from '@nestjs/common';
import { PassportSerializer } from '@nestjs/passport';
import { type AppUser, Users } from '../users.js';

/** For Express: @fastify/passport has serializers of its own. */
@Injectable()
export class SessionUsers extends PassportSerializer {
  constructor(private readonly users: Users) {
    super();
  }

  serializeUser({ id }: AppUser, done: (error: null, id: number) => void): void {
    done(null, id);
  }

  deserializeUser(id: number, done: (error: null, user: AppUser | false) => void): void {
    done(null, this.users.find(id) ?? false);
  }
}
