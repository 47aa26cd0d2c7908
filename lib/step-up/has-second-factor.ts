import type { Request } from 'express';
import type { z } from 'zod';
import { isOver } from '../challenge/challenge.js';
import { parseOptions } from '../options/parse.js';
import { type RequestWithSession, userOf } from '../strategy/passport-session.js';
import { warnOfUnrecorded } from '../strategy/unrecorded-factor.js';
import {
  type requireSecondFactorSchema,
  type SecondFactorOptions,
  secondFactorSchema,
} from './options.js';
import { recordedAt, unrecordedAt } from './session-record.js';
import { readTime } from './verified-at.js';

/**
 * Returns whether the user of this request has proved a second factor in this login, recently enough for
 * `maxAge`. Use it to decide what a page shows, and to guard routes outside Express.
 *
 * @example
 * // Koa
 * hasSecondFactor({ session: ctx.session, user: ctx.state.user }, { maxAge: 300 });
 *
 * @throws {ConfigurationError} `option_invalid` for a wrong option and for a `realm` other than the
 * strategy's; `user_unusable` for a user without an id, or with an id of another type than the strategy's;
 * `session_missing` without a session. No user could ever pass in these cases.
 */
export function hasSecondFactor<TUser = Express.User>(
  request: SecondFactorRequest,
  options: SecondFactorOptions<TUser> = {},
): boolean {
  const checked = parseOptions(secondFactorSchema, options);
  const user = userOf(request, checked.userProperty);
  return user !== undefined && isRecent(recordedAt(request, user, checked), checked.maxAge);
}

/** A request of any framework, as far as `hasSecondFactor` reads it. */
export interface SecondFactorRequest extends RequestWithSession {
  user?: unknown;
}

/** Returns which factor a request still lacks, according to its session or, with `verifiedAt`, its token. */
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
