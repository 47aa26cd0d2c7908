import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { readKey } from '../strategy/passport-session.js';
import { thrownFor } from './exception.js';
import { checkedRequest, requestOf, responseOf } from './execution-context.js';
import { logOut } from './passport-login.js';

/**
 * Ends the current session before a login: a first factor in a session that is logged in is refused
 * (`first_factor_logged_in`), because it looks like a first factor without `session: false`. Put it first. For
 * Passport's sessions in Express and Fastify; without a session it does nothing. In a context that is not HTTP,
 * override `getRequest`.
 *
 * @example
 * @Post('login')
 * @UseGuards(LogOutFirstGuard, AuthGuard('local'), ChallengeGuard)
 */
export class LogOutFirstGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      const request = checkedRequest(this.getRequest(context));
      if (isLoggedIn(request)) await logOut(request);
      return true;
    } catch (error) {
      throw thrownFor(error, responseOf(context));
    }
  }

  getRequest(context: ExecutionContext): unknown {
    return requestOf(context);
  }
}

function isLoggedIn(request: ReturnType<typeof requestOf>): boolean {
  return typeof readKey(request, 'isAuthenticated') === 'function' && request.isAuthenticated();
}
