import type { Request } from 'express';
import { z } from 'zod';
import { isUserId, type UserId } from '../challenge/challenge.js';
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
import { recorded, unrecordedIn } from '../strategy/unrecorded-factor.js';

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
 * In Express give it to Passport once, as the hook that runs right after Passport's login, so that no route
 * can forget it. Register it before every other transformer: Passport runs them until one gives an info. It
 * does not run them where a custom callback takes their place: call it there yourself, after
 * `request.logIn`, as with Fastify and Koa. In Nest the guard with `session: true` calls it.
 *
 * The record names its user and, where sessions have ids, its session: it is of no use to another user who
 * logs in to the session with `keepSessionInfo`, and ends with the login.
 *
 * The first guard that runs after a step-up that was verified and not recorded warns once in a process, by
 * `process.emitWarning` with the code `SECOND_FACTOR_NOT_RECORDED`. It is no error, because a custom
 * callback may have refused the request.
 *
 * @example
 * passport.transformAuthInfo(recordSecondFactor);
 *
 * @param request - A request of the app's framework; only its session is written.
 * @param info - The info of a success: `request.authInfo`.
 * @returns Whether there was something to record. There is nothing after `enrol`, which proves a number and
 * no user; after a code for a `transaction`, which approves that alone; where a trusted device took the
 * place of the code; and in a session without a login.
 * @throws {ConfigurationError} `info_unknown` for an info that no success made; `session_missing`. As
 * Passport's hook it throws neither: a login without a session is not its concern.
 */
export function recordSecondFactor(request: CarryingRequest, info: unknown): boolean;
export function recordSecondFactor(request: Request, info: unknown, done: TransformDone): void;
// Passport counts the parameters of a transformer: with three the request comes first.
export function recordSecondFactor(
  request: CarryingRequest,
  info: unknown,
  done?: TransformDone,
): boolean | undefined {
  restoreHandles(request.session, info);
  if (done === undefined) return recordProof(request, info);
  if (proofOf(info) !== undefined && isObject(request.session)) recordProof(request, info);
  // Without an info the next transformer, or Passport, takes the one that there is.
  done(null);
  return undefined;
}

type TransformDone = (error: unknown, info?: unknown) => void;

function recordProof(request: CarryingRequest, info: unknown): boolean {
  const proof = proofOf(info);
  if (proof === undefined) {
    if (isTrustedDeviceInfo(info)) return false;
    throw infoUnknown();
  }
  if (proof.purpose === 'enrol' || proof.transaction !== undefined) return false;
  const { session } = request;
  if (!isObject(session)) throw sessionMissing();
  // Only a login renews a session: a record without one would serve the next user of it.
  if (!isLoggedIn(request)) return false;
  const { realm, userId, at } = proof;
  const record: SecondFactorRecord = { realm, userId, at, session: sessionIdOf(request) };
  Reflect.set(session, recordKey, record);
  recorded(request);
  return true;
}

/** What a guard knows of the users whose records it looks for. */
interface RecordOptions {
  readonly realm: string;
  userId(user: object): unknown;
}

export function recordedAt(
  request: CarryingRequest,
  user: object,
  options: RecordOptions,
): number | undefined {
  const id = options.userId(user);
  if (!isUserId(id)) throw userWithoutId();
  if (!isObject(request.session)) throw noSessionToAsk();
  const record = readRecord(request);
  if (record) assertSameOptions(record, options.realm, id);
  return timeFor(user, record, options);
}

/** The time of a step-up that was verified in this session and not recorded. */
export function unrecordedAt(
  request: CarryingRequest,
  user: object,
  options: RecordOptions,
): number | undefined {
  return timeFor(user, unrecordedIn(request), options);
}

/** The record of this session, if it is whole and this session's own. */
function readRecord(request: CarryingRequest): SecondFactorRecord | undefined {
  const { data: record } = recordSchema.safeParse(readKey(request.session, recordKey));
  return record?.session === sessionIdOf(request) ? record : undefined;
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
  { realm, userId }: RecordOptions,
): number | undefined {
  return record?.realm === realm && record.userId === userId(user) ? record.at : undefined;
}

function infoUnknown(): ConfigurationError {
  return new ConfigurationError('info_unknown', {
    problem: 'A second factor was to be recorded for an info that no success of a strategy made.',
    hint: 'Give it request.authInfo as it stands after the strategy, not a copy, and in the same process.',
  });
}

function sessionMissing(): ConfigurationError {
  return new ConfigurationError('session_missing', {
    problem: 'There is no session to record the second factor in.',
    hint: 'Mount your session middleware before, or put info.verifiedAt into your token and give requireSecondFactor its "verifiedAt".',
  });
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
