import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { createTwoFactorGuard } from 'passport-modica-2fa/nestjs';
import { type AppUser, Users } from './users.js';

interface LoginRequest {
  body?: { username?: unknown; password?: unknown };
  user?: AppUser | undefined;
}

@Injectable()
export class PasswordGuard implements CanActivate {
  constructor(private readonly users: Users) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<LoginRequest>();
    request.user = this.users.check(request.body?.username, request.body?.password);
    if (request.user === undefined) throw new UnauthorizedException();
    return true;
  }
}

export class ChallengeGuard extends createTwoFactorGuard({ phase: 'challenge' }) {}

export class ResponseGuard extends createTwoFactorGuard({ phase: 'response' }) {}
