import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { isObject, readKey } from '../strategy/passport-session.js';
import { thrownFor } from './exception.js';
import { checkedRequest, requestOf, responseOf } from './execution-context.js';
import { checkSession, logOut } from './passport-login.js';

/**
 * Ends the current session before a login: a first factor in a session that is logged in is refused
 * (`first_factor_logged_in`), because it looks like a first factor without `session: false`. Put it first. For
 * Passport's sessions in Express and Fastify; without a session it does nothing. In a context that is not HTTP,
 * override `getRequest`. Sessions of cookie-session need the methods `regenerate` and `save`, which the README adds;
 * without them a login is a 500, `session_missing`.
 *
 * @example
 * @Post('login')
 * @UseGuards(LogOutFirstGuard, AuthGuard('local'), ChallengeGuard)
 */
export class LogOutFirstGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      const request = checkedRequest(this.getRequest(context));
      if (!isLoggedIn(request)) return true;
      checkSession(request);
      await logOut(request);
      return true;
    } catch (error) {
      throw thrownFor(error, responseOf(context));
    }
  }

  getRequest(context: ExecutionContext): unknown {
    return requestOf(context);
  }
}

/** A request with a token has a user, but no session to log out of. */
function isLoggedIn(request: ReturnType<typeof requestOf>): boolean {
  return (
    isObject(readKey(request, 'session')) &&
    typeof readKey(request, 'isAuthenticated') === 'function' &&
    request.isAuthenticated()
  );
}
