import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { readKey } from '../strategy/passport-session.js';
import { callbackOrPromise } from '../timers.js';
import { requestOf } from './execution-context.js';

/**
 * Ends the current session before a login: a first factor in a session that is logged in is refused
 * (`first_factor_logged_in`), because it looks like a first factor without `session: false`. Put it first. For
 * Passport's sessions in Express and Fastify; without a session it does nothing.
 *
 * @example
 * @Post('login')
 * @UseGuards(LogOutFirstGuard, AuthGuard('local'), ChallengeGuard)
 */
export class LogOutFirstGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = requestOf(context);
    if (isLoggedIn(request)) await callbackOrPromise((done) => request.logout(done));
    return true;
  }
}

function isLoggedIn(request: ReturnType<typeof requestOf>): boolean {
  return typeof readKey(request, 'isAuthenticated') === 'function' && request.isAuthenticated();
}
