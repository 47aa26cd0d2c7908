import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { Request } from 'express';
import { Tokens } from './tokens.js';

/** Guards every protected route: `Authorization: Bearer <token>`. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const user = token && (await this.tokens.userOf(token));
    if (!user) throw new UnauthorizedException('Please log in first.');
    request.user = user;
    return true;
  }
}
