import type { Request } from 'express';
import { z } from 'zod';
import { ConfigurationError } from '../errors.js';
import { isTrustedDeviceInfo, proofOf } from '../flow/proof.js';
import { restoreHandles } from '../strategy/client-state.js';
import {
  type CarryingRequest,
  isLoggedIn,
  isObject,
  readKey,
  sessionIdOf,
} from '../strategy/session.js';
import { recorded } from '../strategy/unrecorded-factor.js';

const markKey = 'two-factor-verified';

const markSchema = z.object({
  realm: z.string(),
  userId: z.union([z.string(), z.number()]),
  /** Milliseconds since the epoch. */
  at: z.number().positive(),
  session: z.string().optional(),
});

export type Mark = Readonly<z.infer<typeof markSchema>>;

/**
 * Notes in the session that its user has just proved the second factor, for `requireSecondFactor`. Call
 * it after the login, which renews the session; in Express `secondFactorMark` does it for every route,
 * and in Nest the guard with `session: true`.
 *
 * The mark names its user and, where sessions have ids, its session: it serves nobody else who logs in
 * to it with `keepSessionInfo`, and ends with the login.
 *
 * @param request - Of the app's framework; only its session is written.
 * @param info - The info of a success: `request.authInfo`.
 * @returns Whether there was something to note: not after `enrol`, which proves a number and no user,
 * not after a code for a `transaction`, which approves that transaction and nothing else, not where a trusted
 * device took the place of the code, and not in a session without a login.
 * @throws {ConfigurationError} `info_unknown` for an info that no success made; `session_missing`.
 */
export function markSecondFactor(request: CarryingRequest, info: unknown): boolean {
  const proof = proofOf(info);
  restoreHandles(request.session, info);
  if (proof === undefined) {
    if (isTrustedDeviceInfo(info)) return false;
    throw infoUnknown();
  }
  if (proof.purpose === 'enrol' || proof.transaction !== undefined) return false;
  const { session } = request;
  if (!isObject(session)) throw sessionMissing();
  // Only a login renews a session: what is noted without one would serve whoever comes later.
  if (!isLoggedIn(request)) return false;
  const { realm, userId, at } = proof;
  const mark: Mark = { realm, userId, at, session: sessionIdOf(request) };
  Reflect.set(session, markKey, mark);
  recorded(request);
  return true;
}

/** The mark of this session, if it is whole and this session's own. */
export function readMark(request: CarryingRequest): Mark | undefined {
  const { data: mark } = markSchema.safeParse(readKey(request.session, markKey));
  return mark?.session === sessionIdOf(request) ? mark : undefined;
}

function infoUnknown(): ConfigurationError {
  return new ConfigurationError('info_unknown', {
    problem: 'A second factor was to be noted for an info that no success of a strategy made.',
    hint: 'Give it request.authInfo as it stands after the strategy, not a copy, and in the same process.',
  });
}

function sessionMissing(): ConfigurationError {
  return new ConfigurationError('session_missing', {
    problem: 'There is no session to note the second factor in.',
    hint: 'Mount your session middleware before, or put info.verifiedAt into your token and give requireSecondFactor its "verifiedAt".',
  });
}

/**
 * Notes every second factor that a strategy verifies, right after Passport's login, so that no route can
 * forget it. Passport runs it for `authenticate` and `authorize`, but not where a custom callback takes
 * their place: call {@link markSecondFactor} there, after `request.logIn`. Register it first: Passport
 * runs transformers until one gives an info. The first guard that is asked after a step-up which was
 * verified and not noted says so, once in a process: `process.emitWarning` with the code
 * `SECOND_FACTOR_NOT_RECORDED`. It is no error, because a custom callback may have refused the request.
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
  restoreHandles(session, info);
  if (proofOf(info) !== undefined && isObject(session)) markSecondFactor(request, info);
  // Nothing is passed on: the next transformer, or Passport, takes the info as it is.
  done(null);
}
