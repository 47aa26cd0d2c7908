import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  type Type,
  UseGuards,
} from '@nestjs/common';
import type { Request } from 'express';
import { isFresh } from '../after/fresh.js';
import { guardSchema, type SecondFactorGuardOptions } from '../after/options.js';
import { refusalFor } from '../after/require.js';
import { parseOptions } from '../parse.js';
import { exceptionOf, setHeaders } from './exception.js';

/**
 * Makes a guard for routes of a logged-in user, who must have proved the second factor, and lately
 * enough. A refusal is an `HttpException`, 401, `second_factor_required`, with the `WWW-Authenticate` of
 * RFC 9470. The login's own guard comes before it.
 *
 * With sessions the strategy's guard notes the second factor (`session: true`, or a step-up on a session).
 * Without, say where your token keeps `info.verifiedAt`.
 *
 * @example
 * class FreshCodeGuard extends createSecondFactorGuard({
 *   maxAge: 300,
 *   verifiedAt: ({ user }) => user.verifiedAt,
 * }) {}
 *
 * @throws {SetupError} `option_invalid`
 */
export function createSecondFactorGuard<TUser = Express.User>(
  options: SecondFactorGuardOptions<TUser> = {},
): Type<CanActivate> {
  const checked = parseOptions(guardSchema, options);
  return class implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      const http = context.switchToHttp();
      const request = http.getRequest<Request>();
      if (isFresh(request, checked)) return true;
      const refusal = refusalFor(request, checked);
      setHeaders(http.getResponse(), refusal.headers);
      throw exceptionOf(refusal);
    }
  };
}

/**
 * The same as a decorator of a route or a controller. Nest runs the guards of the lower decorator first,
 * so the one that finds out who the user is stands below, or on the controller.
 *
 * @example
 * @Post('transfers')
 * @RequireSecondFactor({ maxAge: 300 })
 * @UseGuards(TokenGuard)
 */
export function RequireSecondFactor<TUser = Express.User>(
  options: SecondFactorGuardOptions<TUser> = {},
): MethodDecorator & ClassDecorator {
  return applyDecorators(UseGuards(createSecondFactorGuard(options)));
}
