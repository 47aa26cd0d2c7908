import type { Request, RequestHandler } from 'express';
import type { z } from 'zod';
import { isOver, isUserId, type UserId } from '../challenge/challenge.js';
import { asError, ConfigurationError } from '../errors.js';
import { Words } from '../message/translations.js';
import { parseOptions } from '../options/parse.js';
import type { Refusal } from '../outcome.js';
import { TwoFactorRefusal } from '../refusal.js';
import { type CarryingRequest, isObject, userOf } from '../strategy/session.js';
import { unrecordedIn, warnOfUnrecorded } from '../strategy/unrecorded-factor.js';
import {
  type guardSchema,
  type RequireSecondFactorOptions,
  requireSchema,
  type SecondFactorOptions,
  secondFactorOptionsSchema,
} from './options.js';
import { leaveReturnPath } from './return-path.js';
import { readRecord, type SecondFactorRecord } from './session-record.js';
import { readTime } from './verified-at.js';

/**
 * Guards a route of a logged-in user: goes on when this user has proved the second factor in this login,
 * and lately enough. Otherwise `next` gets a `TwoFactorRefusal` `second_factor_required`, 401 with the
 * `WWW-Authenticate` of RFC 9470; or, with `redirectTo`, the browser goes to the page that asks for a
 * code, and a GET leaves its path in `session.returnTo`, where Passport's `successReturnToOrRedirect` and
 * {@link takeReturnPath} find it.
 *
 * @example
 * app.post('/payments', requireSecondFactor({ maxAge: 300 }), pay);
 *
 * `next` gets a `ConfigurationError` where no user could ever pass: `user_unusable` for a user without an id or
 * with one of another type than at the strategy, `session_missing` without a session and without
 * `verifiedAt`, `option_invalid` for a `verifiedAt` that gives no time or a `realm` that is not the
 * strategy's. After a step-up that was verified and not noted the answer is the usual one, with a
 * warning to the operator: see {@link recordSecondFactor}.
 *
 * @throws {ConfigurationError} `option_invalid` where it is made.
 */
export function requireSecondFactor<TUser = Express.User>(
  options: RequireSecondFactorOptions<TUser> = {},
): RequestHandler {
  const checked = parseOptions(requireSchema, options);
  const { redirectTo } = checked;
  const refusalOf = (request: Request): TwoFactorRefusal | undefined => {
    const missing = missingFactor(request, checked);
    return missing && refusalFor(missing, request, checked);
  };
  return (request, response, next) => {
    let refusal: TwoFactorRefusal | undefined;
    try {
      refusal = refusalOf(request);
    } catch (fault) {
      next(asError(fault));
      return;
    }
    if (refusal?.code !== 'second_factor_required' || redirectTo === undefined) {
      next(refusal);
      return;
    }
    leaveReturnPath(request)
      .then(() => {
        if (!response.headersSent) response.redirect(303, redirectTo);
      })
      .catch((fault) => next(asError(fault)));
  };
}

const words = new Words();

/** Why this request may not go on. */
export function refusalFor(
  missing: 'first' | 'second',
  request: Request,
  { maxAge, locale }: Pick<z.output<typeof guardSchema>, 'maxAge' | 'locale'>,
): TwoFactorRefusal {
  const age = maxAge === undefined ? {} : { maxAge };
  const refusal: Refusal =
    missing === 'first'
      ? { code: 'first_factor_required' }
      : { code: 'second_factor_required', ...age };
  const spoken = typeof locale === 'function' ? locale(request) : locale;
  return new TwoFactorRefusal(words.tell(refusal, spoken));
}

/** As much of a request as says whether its user has proved the second factor; of any framework. */
export interface SecondFactorRequest extends CarryingRequest {
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
 * @throws {ConfigurationError} `option_invalid`, also for a `realm` that is not the strategy's; for a user who can
 * never have one: `user_unusable` without an id, or with one of another type than at the strategy;
 * `session_missing` without a session.
 */
export function hasSecondFactor<TUser = Express.User>(
  request: SecondFactorRequest,
  options: SecondFactorOptions<TUser> = {},
): boolean {
  const checked = parseOptions(secondFactorOptionsSchema, options);
  const user = userOf(request, checked.userProperty);
  return user !== undefined && isRecent(recordedAt(request, user, checked), checked.maxAge);
}

/** The factor that this request still needs; a guard may believe a token instead of the session. */
export function missingFactor(
  request: Request,
  options: z.output<typeof guardSchema>,
): 'first' | 'second' | undefined {
  const { verifiedAt, maxAge, userProperty } = options;
  const user = userOf(request, userProperty);
  if (user === undefined) return 'first';
  const at = verifiedAt ? readTime(verifiedAt(request)) : recordedAt(request, user, options);
  if (isRecent(at, maxAge)) return undefined;
  if (!verifiedAt && isRecent(timeFor(user, unrecordedIn(request), options), maxAge)) {
    warnOfUnrecorded();
  }
  return 'second';
}

function recordedAt(
  request: CarryingRequest,
  user: object,
  options: z.output<typeof secondFactorOptionsSchema>,
): number | undefined {
  const id = options.userId(user);
  if (!isUserId(id)) throw userWithoutId();
  if (!isObject(request.session)) throw noSessionToAsk();
  const record = readRecord(request);
  if (record) assertSameOptions(record, options.realm, id);
  return timeFor(user, record, options);
}

/**
 * A record of this login that names this very user in another way is the strategy's, and the guard would
 * never see one of its own. Where sessions have no ids the record may be of an earlier login in another
 * realm, but a user of the same realm whose id is the same text is the same user.
 *
 * @throws {ConfigurationError} `option_invalid`, `user_unusable`
 */
function assertSameOptions(
  { session, ...record }: SecondFactorRecord,
  realm: string,
  id: UserId,
): void {
  if (String(record.userId) !== String(id)) return;
  if (record.realm !== realm) {
    if (session !== undefined) throw otherRealm(record.realm, realm);
  } else if (record.userId !== id) throw otherTypeOfId(typeof record.userId, typeof id);
}

/** What one user has proved serves no other who logs in to a session that is kept. */
function timeFor(
  user: object,
  record: Pick<SecondFactorRecord, 'realm' | 'userId' | 'at'> | undefined,
  { realm, userId }: z.output<typeof secondFactorOptionsSchema>,
): number | undefined {
  return record?.realm === realm && record.userId === userId(user) ? record.at : undefined;
}

function isRecent(at: number | undefined, maxAge = Number.POSITIVE_INFINITY): boolean {
  return at !== undefined && !isOver(at, at + maxAge * 1000, Date.now());
}

/** Mistakes that no user can put right: each would be a refusal for ever. */
function userWithoutId(): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem:
      'The user of this request has no id that is a string or a finite number, so no second factor can ever be theirs.',
    hint: 'Give the guard the same "userId" as the strategy: (user) => …',
  });
}

function noSessionToAsk(): ConfigurationError {
  return new ConfigurationError('session_missing', {
    problem: 'There is no session that could say when the second factor was proved.',
    hint: 'Mount your session middleware before this route, or give requireSecondFactor its "verifiedAt", which reads it from a token.',
  });
}

function otherRealm(proved: string, asked: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The option "realm" of the guard is ${JSON.stringify(asked)} and that of the strategy ${JSON.stringify(proved)}, so no second factor could ever serve here.`,
    hint: 'Give the guard the same "realm" as the strategy.',
  });
}

function otherTypeOfId(proved: string, asked: string): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem: `The option "userId" of the guard gives a ${asked} and that of the strategy a ${proved} for the same user, so no second factor could ever serve here.`,
    hint: 'Give the guard the same "userId" as the strategy: (user) => String(user.id).',
  });
}
