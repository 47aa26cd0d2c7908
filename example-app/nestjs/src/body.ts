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
  password: z.string('Enter your password.').min(1).max(200),
});

/** Loose: the code, which the strategy checks, is posted with it. */
export const transferSchema = z.looseObject({
  to: z.string('Enter a payee.').min(1).max(64),
  amount: z.number('Enter an amount.').positive().max(10_000),
});

export type Transfer = z.output<typeof transferSchema>;

/** A guard and not a pipe: Nest's pipes run after all guards, and the next guards read the body. */
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
    message: 'Some fields are missing or invalid.',
    fields: Object.fromEntries(fields),
  });
}
