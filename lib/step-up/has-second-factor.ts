import type { Request } from 'express';
import type { z } from 'zod';
import { isOver } from '../challenge/challenge.js';
import { parseOptions } from '../options/parse.js';
import { type CarryingRequest, userOf } from '../strategy/session.js';
import { warnOfUnrecorded } from '../strategy/unrecorded-factor.js';
import {
  type requireSecondFactorSchema,
  type SecondFactorOptions,
  secondFactorSchema,
} from './options.js';
import { recordedAt, unrecordedAt } from './session-record.js';
import { readTime } from './verified-at.js';

/**
 * Whether the user of this request has proved the second factor in this login, and lately enough: to show
 * what a page offers, and to guard routes where {@link requireSecondFactor} is at home no more.
 *
 * @example
 * // Koa
 * hasSecondFactor({ session: ctx.session, user: ctx.state.user }, { maxAge: 300 });
 *
 * @throws {ConfigurationError} `option_invalid`, also for a `realm` that is not the strategy's; for a user who can
 * never have one: `user_unusable` without an id, or with one of another type than at the strategy;
 * `session_missing` without a session.
 */
export function hasSecondFactor<TUser = Express.User>(
  request: SecondFactorRequest,
  options: SecondFactorOptions<TUser> = {},
): boolean {
  const checked = parseOptions(secondFactorSchema, options);
  const user = userOf(request, checked.userProperty);
  return user !== undefined && isRecent(recordedAt(request, user, checked), checked.maxAge);
}

/** As much of a request as says whether its user has proved the second factor; of any framework. */
export interface SecondFactorRequest extends CarryingRequest {
  user?: unknown;
}

/** The factor that this request still needs; a guard may believe a token instead of the session. */
export function missingFactor(
  request: Request,
  options: z.output<typeof requireSecondFactorSchema>,
): 'first' | 'second' | undefined {
  const { verifiedAt, maxAge, userProperty } = options;
  const user = userOf(request, userProperty);
  if (user === undefined) return 'first';
  const at = verifiedAt ? readTime(verifiedAt(request)) : recordedAt(request, user, options);
  if (isRecent(at, maxAge)) return undefined;
  if (!verifiedAt && isRecent(unrecordedAt(request, user, options), maxAge)) {
    warnOfUnrecorded();
  }
  return 'second';
}

function isRecent(at: number | undefined, maxAge = Number.POSITIVE_INFINITY): boolean {
  return at !== undefined && !isOver(at, at + maxAge * 1000, Date.now());
}
