// Writes a proved second factor to the session, and reads it back for the guards.
import type { Request } from 'express';
import { z } from 'zod';
import { isUserId, type UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { isSecondFactor, isUnprovedInfo, proofOf } from '../flow/proof.js';
import { restoreHandles } from '../strategy/client-state.js';
import { sessionMissing } from '../strategy/configuration-errors.js';
import {
  isLoggedIn,
  isObject,
  type RequestWithSession,
  readKey,
  sessionIdOf,
} from '../strategy/passport-session.js';
import { recorded, unrecordedIn } from '../strategy/unrecorded-factor.js';
import {
  type FactorProof,
  isOtherFactor,
  type OtherFactor,
  readOtherFactor,
} from './other-factor.js';

const recordKey = 'two-factor-verified';

const recordSchema = z.object({
  realm: z.string(),
  userId: z.union([z.string(), z.number()]),
  /** Milliseconds since the epoch. */
  at: z.number().positive(),
  session: z.string().optional(),
});

type SecondFactorRecord = Readonly<z.infer<typeof recordSchema>>;

/**
 * Records in the session that its user has just proved the second factor, for `requireSecondFactor`.
 *
 * In Express, register it once as Passport's `transformAuthInfo` hook, which runs right after each login,
 * so that no route can omit it. Register it before every other transformer: Passport stops at the first
 * that returns an info. Passport runs no transformer where a route has a custom callback: call it there
 * yourself after `request.logIn`, and likewise in Fastify and Koa. In NestJS a guard with `session: true`
 * calls it.
 *
 * The record names its user and, if sessions have ids, its session. It is void for another user who logs
 * in to the same session with `keepSessionInfo`, and it ends with the login.
 *
 * If a step-up was verified but not recorded, the next guard emits one process warning
 * `SECOND_FACTOR_NOT_RECORDED`. It is not an error, because a custom callback may have refused the request
 * on purpose.
 *
 * If the app verified another second factor itself, such as a passkey or a code of an authenticator app, pass
 * an {@link OtherFactor}. All guards then treat it like a code of a strategy. As Passport's hook it records
 * only infos of these strategies, whatever else an info contains.
 *
 * @example
 * passport.transformAuthInfo(recordSecondFactor);
 * @example
 * // After the app has verified a passkey's assertion, with user verification, of the user of this request
 * recordSecondFactor(request, { user: request.user, amr: ['hwk', 'user'] });
 *
 * @param request - The request of any framework. Only its session is written. For a factor of the app's own
 * it must hold the user too: `{ session, user }` in Koa.
 * @param info - The info of a success, `request.authInfo`; or an {@link OtherFactor}.
 * @returns False if there is nothing to record: after `enrol`, which proves a number and not a user, unless
 * it is the user's first (`info.firstNumber`); after a code for a `transaction`, which approves that alone;
 * after a login from a trusted device or one that needed no second factor; and in a session without a login.
 * @throws {ConfigurationError} `info_unknown` for an info that is not from a success of a strategy;
 * `session_missing` without a session. As Passport's hook it throws neither and records nothing, because
 * other strategies and logins without a session run through the hook too. For a factor of the app's own:
 * `option_invalid` for an `amr` without a second factor, a `verifiedAt` that is no past time or an unknown
 * property; `user_not_loaded` without a login; `user_unusable` for another user than the one logged in.
 */
export function recordSecondFactor<TUser extends object = Express.User>(
  request: RequestWithSession & { user?: unknown },
  factor: OtherFactor<TUser>,
): boolean;
export function recordSecondFactor(request: RequestWithSession, info: unknown): boolean;
export function recordSecondFactor(request: Request, info: unknown, done: TransformDone): void;
// Passport passes the request first to a transformer of three parameters.
export function recordSecondFactor(
  request: RequestWithSession,
  info: unknown,
  done?: TransformDone,
): boolean | undefined {
  restoreHandles(request.session, info);
  if (done === undefined) return recordProof(request, info);
  if (proofOf(info) !== undefined && isObject(request.session)) recordProof(request, info);
  // No info as the second argument: the next transformer, or Passport itself, uses the existing one.
  done(null);
  return undefined;
}

type TransformDone = (error: unknown, info?: unknown) => void;

function recordProof(request: RequestWithSession, info: unknown): boolean {
  const proof = proofOf(info);
  if (proof === undefined) {
    if (isUnprovedInfo(info)) return false;
    if (!isOtherFactor(info)) throw infoUnknown();
    write(request, sessionOf(request), readOtherFactor(request, info));
    return true;
  }
  if (!isSecondFactor(proof)) return false;
  const session = sessionOf(request);
  // Only a login renews the session: a record made before it would be valid for the next user.
  if (!isLoggedIn(request)) return false;
  write(request, session, proof);
  recorded(request);
  return true;
}

function sessionOf({ session }: RequestWithSession): object {
  if (isObject(session)) return session;
  throw sessionMissing(
    'the second factor cannot be recorded',
    'put the time and the amr into your token and give requireSecondFactor the option "verifiedAt"',
  );
}

function write(
  request: RequestWithSession,
  session: object,
  { realm, userId, at }: FactorProof,
): void {
  const record: SecondFactorRecord = { realm, userId, at, session: sessionIdOf(request) };
  Reflect.set(session, recordKey, record);
}

/** How a guard identifies users. Must match the strategy. */
interface RecordOptions {
  readonly realm: string;
  userId(user: object): unknown;
}

/**
 * Returns when this user proved the second factor, in milliseconds since the epoch, according to the
 * session; undefined if they did not in this login.
 *
 * @throws {ConfigurationError} `user_unusable`, `session_missing`, `option_invalid`
 */
export function recordedAt(
  request: RequestWithSession,
  user: object,
  options: RecordOptions,
): number | undefined {
  const id = options.userId(user);
  if (!isUserId(id)) throw userWithoutId();
  if (!isObject(request.session)) {
    throw sessionMissing(
      'the time of the second factor cannot be read',
      'give requireSecondFactor the option "verifiedAt", which reads it from a token',
    );
  }
  const record = readRecord(request);
  if (record) assertSameOptions(record, options.realm, id);
  return timeFor(user, record, options);
}

/** Returns when this user proved a step-up that was not recorded in this session. */
export function unrecordedAt(
  request: RequestWithSession,
  user: object,
  options: RecordOptions,
): number | undefined {
  return timeFor(user, unrecordedIn(request), options);
}

/** The record, if it is well-formed and was written for this session. */
function readRecord(request: RequestWithSession): SecondFactorRecord | undefined {
  const { data: record } = recordSchema.safeParse(readKey(request.session, recordKey));
  return record?.session === sessionIdOf(request) ? record : undefined;
}

/**
 * Detects a guard whose `realm` or `userId` differs from the strategy's: the record of this login is then
 * for the same id, but in another realm or of another type. A session without an id (in a cookie) may hold
 * the record of an earlier login to another realm, so only a type that differs is an error there.
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

/** The time of the record if it is this user's: another user may have logged in to a kept session. */
function timeFor(
  user: object,
  record: Pick<SecondFactorRecord, 'realm' | 'userId' | 'at'> | undefined,
  { realm, userId }: RecordOptions,
): number | undefined {
  return record?.realm === realm && record.userId === userId(user) ? record.at : undefined;
}

function infoUnknown(): ConfigurationError {
  return new ConfigurationError('info_unknown', {
    problem: 'recordSecondFactor was called with an info that is not from a success of a strategy.',
    hint: 'Pass request.authInfo itself, not a copy, in the process that verified the code. For a factor that the app verified itself pass { user, amr }.',
  });
}

function userWithoutId(): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem:
      'The user of this request has no id, or one that is neither a string nor a finite number, so no user can ever pass.',
    hint: 'Give the guard the same "userId" as the strategy: (user) => …',
  });
}

function otherRealm(strategy: string, guard: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The option "realm" of the guard is ${JSON.stringify(guard)}, but that of the strategy or of recordSecondFactor is ${JSON.stringify(strategy)}, so no user can ever pass.`,
    hint: 'Give the guard the same "realm".',
  });
}

function otherTypeOfId(strategy: string, guard: string): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem: `The option "userId" of the guard returns a ${guard} for this user, but that of the strategy or of recordSecondFactor a ${strategy}, so no user can ever pass.`,
    hint: 'Give the guard the same "userId" as the strategy: (user) => String(user.id).',
  });
}
