import {
  type CanActivate,
  type ExecutionContext,
  mixin,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import type { Request } from 'express';

/** Checks a body before the guards that use it: by the option `body` of their own, or by {@link BodyGuard}. */
export function pipeFor(expectedType: Type): ValidationPipe {
  return new ValidationPipe({
    expectedType,
    whitelist: true,
    forbidNonWhitelisted: true,
    errorFormat: 'grouped',
  });
}

/** Nest's pipes run after all guards, and `AuthGuard` reads the body. */
export function BodyGuard(expectedType: Type): Type<CanActivate> {
  const pipe = pipeFor(expectedType);
  class ValidBodyGuard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const { body } = context.switchToHttp().getRequest<Request<object, object, unknown>>();
      await pipe.transform(body, { type: 'body' });
      return true;
    }
  }
  return mixin(ValidBodyGuard);
}
