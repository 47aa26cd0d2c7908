import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  mixin,
  type Type,
} from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';

export const credentialsSchema = z.object({
  username: z.string('Enter your username.').toLowerCase().min(1).max(64),
  password: z.string('Enter a password.').min(1).max(200),
});

/** Loose: the code is posted beside it, and is the second factor's own matter. */
export const transferSchema = z.looseObject({
  to: z.string('Say who gets it.').min(1).max(64),
  amount: z.number('Say how much.').positive().max(10_000),
});

export type Transfer = z.output<typeof transferSchema>;

/** A guard, because Nest's pipes run after all guards, and the guards after this read the body. */
export function BodyGuard(schema: z.ZodType): Type<CanActivate> {
  class SchemaGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<Request>();
      const parsed = schema.safeParse(request.body);
      if (!parsed.success) throw invalid(parsed.error);
      request.body = parsed.data;
      return true;
    }
  }
  return mixin(SchemaGuard);
}

function invalid({ issues }: z.ZodError): BadRequestException {
  const fields = issues.map(({ path, message }) => [path.join('.') || 'body', message]);
  return new BadRequestException({
    statusCode: 400,
    code: 'invalid_request',
    message: 'Some fields are missing or not valid.',
    fields: Object.fromEntries(fields),
  });
}
