import type { Request } from 'express';
import type { z } from 'zod';
import { isOver } from '../challenge.js';
import { parseOptions } from '../parse.js';
import type { CarryingRequest } from '../strategy/session.js';
import { readMark } from './mark.js';
import { type guardSchema, type MarkOptions, markOptionsSchema } from './options.js';

/** As much of a request as says whether its user has proved the second factor; of any framework. */
export interface MarkedRequest extends CarryingRequest {
  user?: unknown;
}

/**
 * Whether the user of this request has proved the second factor in this login, and lately enough: to show
 * what a page offers, and to guard routes where {@link requireSecondFactor} is at home no more.
 *
 * @example
 * // Koa
 * hasSecondFactor({ session: ctx.session, user: ctx.state.user }, { maxAge: 300 });
 *
 * @throws {SetupError} `option_invalid`
 */
export function hasSecondFactor<TUser = Express.User>(
  request: MarkedRequest,
  options: MarkOptions<TUser> = {},
): boolean {
  const checked = parseOptions(markOptionsSchema, options);
  return isRecent(markedAt(request, checked), checked.maxAge);
}

/** The same for a guard, which may believe a token instead of the session. */
export function isFresh(request: Request, options: z.output<typeof guardSchema>): boolean {
  const { user } = request;
  const { verifiedAt, maxAge } = options;
  const at = verifiedAt ? user && verifiedAt(request)?.getTime() : markedAt(request, options);
  return isRecent(at, maxAge);
}

function markedAt(
  request: MarkedRequest,
  { realm, userId }: z.output<typeof markOptionsSchema>,
): number | undefined {
  const { user } = request;
  const mark = readMark(request);
  // What one user has proved serves no other who logs in to a session that is kept.
  return user && mark && mark.realm === realm && mark.userId === userId(user) ? mark.at : undefined;
}

function isRecent(at: number | undefined, maxAge = Number.POSITIVE_INFINITY): boolean {
  if (at === undefined || Number.isNaN(at)) return false;
  return !isOver(at, at + maxAge * 1000, Date.now());
}
