import type { Request } from 'express';
import type { z } from 'zod';
import { isOver, type UserId } from '../challenge.js';
import { parseOptions } from '../parse.js';
import { type CarryingRequest, isObject, userOf } from '../strategy/session.js';
import { unrecordedIn, warnOfUnrecorded } from '../strategy/unrecorded.js';
import { type Mark, readMark } from './mark.js';
import { noSessionToAsk, otherRealm, otherTypeOfId, userWithoutId } from './mistakes.js';
import { type guardSchema, type MarkOptions, markOptionsSchema } from './options.js';
import { readTime } from './time.js';

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
 * @throws {SetupError} `option_invalid`, also for a `realm` that is not the strategy's; for a user who can
 * never have one: `user_unusable` without an id, or with one of another type than at the strategy;
 * `session_missing` without a session.
 */
export function hasSecondFactor<TUser = Express.User>(
  request: MarkedRequest,
  options: MarkOptions<TUser> = {},
): boolean {
  const checked = parseOptions(markOptionsSchema, options);
  const user = userOf(request, checked.userProperty);
  return user !== undefined && isRecent(markedAt(request, user, checked), checked.maxAge);
}

/** The factor that this request still needs; a guard may believe a token instead of the session. */
export function missingFactor(
  request: Request,
  options: z.output<typeof guardSchema>,
): 'first' | 'second' | undefined {
  const { verifiedAt, maxAge, userProperty } = options;
  const user = userOf(request, userProperty);
  if (user === undefined) return 'first';
  const at = verifiedAt ? readTime(verifiedAt(request)) : markedAt(request, user, options);
  if (isRecent(at, maxAge)) return undefined;
  if (!verifiedAt && isRecent(timeFor(user, unrecordedIn(request), options), maxAge)) {
    warnOfUnrecorded();
  }
  return 'second';
}

function markedAt(
  request: CarryingRequest,
  user: object,
  options: z.output<typeof markOptionsSchema>,
): number | undefined {
  const id = options.userId(user);
  if (!isUserId(id)) throw userWithoutId();
  if (!isObject(request.session)) throw noSessionToAsk();
  const mark = readMark(request);
  if (mark) assertSameOptions(mark, options.realm, id);
  return timeFor(user, mark, options);
}

/**
 * A mark of this login that names this very user in another way is the strategy's, and the guard would
 * never see one of its own. Where sessions have no ids the mark may be of an earlier login in another
 * realm, but a user of the same realm whose id is the same text is the same user.
 *
 * @throws {SetupError} `option_invalid`, `user_unusable`
 */
function assertSameOptions({ session, ...mark }: Mark, realm: string, id: UserId): void {
  if (String(mark.userId) !== String(id)) return;
  if (mark.realm !== realm) {
    if (session !== undefined) throw otherRealm(mark.realm, realm);
  } else if (mark.userId !== id) throw otherTypeOfId(typeof mark.userId, typeof id);
}

/** What one user has proved serves no other who logs in to a session that is kept. */
function timeFor(
  user: object,
  mark: Pick<Mark, 'realm' | 'userId' | 'at'> | undefined,
  { realm, userId }: z.output<typeof markOptionsSchema>,
): number | undefined {
  return mark?.realm === realm && mark.userId === userId(user) ? mark.at : undefined;
}

function isUserId(id: unknown): id is UserId {
  return typeof id === 'string' ? id !== '' : typeof id === 'number' && Number.isFinite(id);
}

function isRecent(at: number | undefined, maxAge = Number.POSITIVE_INFINITY): boolean {
  return at !== undefined && !isOver(at, at + maxAge * 1000, Date.now());
}
