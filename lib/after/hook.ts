import type { Request } from 'express';
import { restorePointers } from '../strategy/carrier.js';
import { type CarryingRequest, isObject } from '../strategy/session.js';
import { proofOf } from '../verified.js';
import { markSecondFactor } from './mark.js';

/**
 * Notes every second factor that a strategy verifies, right after Passport's login, so that no route can
 * forget it. Passport runs it for `authenticate` and `authorize`, but not where a custom callback takes
 * their place: call {@link markSecondFactor} there, after `request.logIn`. Register it first: Passport
 * runs transformers until one gives an info. The first guard that is asked after a step-up which was
 * verified and not noted says so, once in a process: `process.emitWarning` with the code
 * `SECOND_FACTOR_NOT_NOTED`. It is no error, because a custom callback may have refused the request.
 *
 * @example
 * passport.transformAuthInfo(secondFactorMark);
 */
// Passport looks at the number of parameters: three mean that the request comes first.
export function secondFactorMark(
  request: Request,
  info: unknown,
  done: (error: unknown, info?: unknown) => void,
): void {
  const { session }: CarryingRequest = request;
  restorePointers(session, info);
  if (proofOf(info) !== undefined && isObject(session)) markSecondFactor(request, info);
  // Nothing is passed on: the next transformer, or Passport, takes the info as it is.
  done(null);
}
