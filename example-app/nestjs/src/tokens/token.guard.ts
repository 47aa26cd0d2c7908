import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Access } from './access.js';
import { Tokens } from './tokens.js';

/** In front of every route that is not open to anyone: `Authorization: Bearer <token>`. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(
    private readonly tokens: Tokens,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.get(Access, context.getHandler()) === 'anyone') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const user = token && (await this.tokens.userOf(token));
    if (!user) throw new UnauthorizedException('Please log in first.');
    request.user = user;
    return true;
  }
}
