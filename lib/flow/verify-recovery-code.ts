import type { Purpose, UserId } from '../challenge/challenge.js';
import { type PresentedHandle, writeHandle } from '../challenge/handle.js';
import { asError } from '../errors.js';
import type { CountedAttempt, CountedRespondent } from '../limits/attempts.js';
import { type Outcome, type Refused, refuse } from '../outcome.js';
import { findHash } from '../recovery-codes/stored-hash.js';
import type { RefusalCode } from '../refusal.js';
import {
  type Attempted,
  claimChallenge,
  removeClaimed,
  settleCounts,
  warnOfFailure,
} from './complete-challenge.js';
import { attemptCount, countAttempt } from './count-attempt.js';
import { describeChallenge } from './describe-challenge.js';
import { findChallenge } from './find-challenge.js';
import type { FlowContext, LoadUser, PhaseRequest } from './flow-context.js';
import { loadUser } from './load-user.js';
import type { PhaseTrace } from './phase-events.js';
import { recoveredInfo } from './proof.js';
import type { StoredRecoveryCodes } from './stored-recovery-codes.js';

/** The input of phase two with a recovery code, besides the request. */
interface RecoveryResponse<TUser> {
  /** In canonical form; undefined for input that cannot be one. */
  readonly code: string | undefined;
  /** Loads the user once the code is accepted. */
  readonly load: LoadUser<TUser>;
  readonly trace: PhaseTrace;
}

/**
 * Phase two with a recovery code, in the place of a code from a message: on the client's pending challenge,
 * whether or not its message arrived or its code has expired; or without one, for the user whose first factor
 * or session is in this very request. No message is sent, and the provider is not called.
 *
 * It completes a login or a step-up. It approves no transaction, because it was not issued for one, and
 * enrols no number, because it proves none. The same limits apply as to codes: they are not required for
 * look-up secrets of 64 bits or more (NIST SP 800-63B-4, 3.1.2.2), but each check costs a password hash.
 */
export async function verifyRecoveryCode<TUser>(
  context: FlowContext<TUser>,
  presented: PresentedHandle | undefined,
  request: PhaseRequest<TUser>,
  { code, load, trace }: RecoveryResponse<TUser>,
): Promise<Outcome<TUser>> {
  const { recoveryCodes: stored } = context;
  const { purpose, transaction, user } = request;
  if (!stored || purpose === 'enrol' || transaction !== undefined) return refuse('code_malformed');
  if (code === undefined) return refuse('recovery_code_incorrect');
  const entered = { purpose, stored, code, load, trace };
  const answering = await answerChallenge(context, presented, request, trace);
  if (answering.ok) return checkCode(context, answering.entry, entered);
  if (user === undefined || !withoutChallenge.has(answering.outcome.refusal.code)) {
    return answering.outcome;
  }
  const { realm, strategy, users, attempts } = context;
  const userVersion = users.versionOf(user);
  const respondent = { realm, strategy, purpose, userId: users.idOf(user), userVersion };
  trace.subject = respondent;
  const counted = attemptCount(await attempts.count(respondent));
  return counted.ok
    ? checkCode(context, { respondent, attempt: counted.attempt }, entered)
    : counted.outcome;
}

/**
 * The client has no challenge that can be answered, so the recovery code is for its user. Not among them:
 * `challenge_used`, because a correct code and a recovery code at once must not both succeed.
 */
const withoutChallenge: ReadonlySet<RefusalCode> = new Set([
  'challenge_not_found',
  'first_factor_expired',
  'too_many_attempts',
]);

/** A recovery code whose attempt has been counted. */
interface Entry {
  /** The challenge that it answers, or its user. */
  readonly respondent: CountedRespondent;
  readonly pending?: Omit<Attempted, 'attempt'>;
  readonly attempt: CountedAttempt;
}

type Answering =
  | { readonly ok: true; readonly entry: Entry }
  | { readonly ok: false; readonly outcome: Refused };

/** Counts the attempt on the client's pending challenge, if there is one. */
async function answerChallenge<TUser>(
  context: FlowContext<TUser>,
  presented: PresentedHandle | undefined,
  request: PhaseRequest<TUser>,
  trace: PhaseTrace,
): Promise<Answering> {
  const found = await findChallenge(context, presented, request, trace);
  if (!found.ok) {
    const isUsed = found.outcome.refusal.code === 'challenge_used';
    // So that the next recovery code is not refused for it again.
    return { ok: false, outcome: isUsed ? { ...found.outcome, handle: null } : found.outcome };
  }
  const { challenge, firstFactor } = found;
  const counted = await countAttempt(context, challenge);
  if (!counted.ok) return counted;
  const { attempt } = counted;
  return {
    ok: true,
    entry: { respondent: challenge, pending: { challenge, firstFactor }, attempt },
  };
}

interface EnteredCode<TUser> extends RecoveryResponse<TUser> {
  readonly purpose: Exclude<Purpose, 'enrol'>;
  readonly code: string;
  readonly stored: StoredRecoveryCodes;
}

async function checkCode<TUser>(
  context: FlowContext<TUser>,
  entry: Entry,
  { purpose, stored, code, load, trace }: EnteredCode<TUser>,
): Promise<Outcome<TUser>> {
  const { attempts } = context;
  const { respondent, pending, attempt } = entry;
  const { userId } = respondent;
  let remaining: number;
  let hash: string | undefined;
  try {
    const hashes = await stored.hashesOf(userId);
    remaining = hashes.length - 1;
    hash = await findHash(code, hashes);
  } catch (fault) {
    // Nothing was compared, so nothing was guessed.
    await attempts.takeBack(respondent, 'all');
    return { kind: 'broken', error: asError(fault) };
  }
  if (hash === undefined) return rejectCode(context, entry, trace);
  // Before the code is used up: of a correct code and a recovery code at once, the latter is not lost.
  if (pending && !(await claimChallenge(context, pending.challenge))) {
    return refuse('challenge_used');
  }
  if (pending && !(await removeClaimed(context, pending))) {
    return { ...refuse('challenge_used'), handle: null };
  }
  const failure = await consume(stored, userId, hash);
  if (failure) {
    // The code was correct, so it was no guess. The challenge is used up: the user has to start again.
    await attempts.takeBack(respondent, 'user');
    return { ...failure, handle: null };
  }
  const info = recoveredInfo({ ...respondent, purpose }, remaining);
  const [cancelled] = await Promise.all([
    // `cancel` may have been called while the code was used up.
    pending && context.userChallenges.isCancelled(pending.challenge),
    pending
      ? settleCounts(context, { ...pending, attempt }, info.method)
      : warnOfFailure(attempts.succeed(respondent, attempt)),
  ]);
  if (cancelled) return { ...refuse('challenge_used'), handle: null };
  const firstFactorAt = pending?.firstFactor.at ?? Date.now();
  return loadUser(context, respondent, {
    load,
    method: info.method,
    infoFor: () => info,
    firstFactorAt,
  });
}

/** Uses up a code. If another request was first, or the app's callback failed, returns how the phase ends. */
async function consume(
  stored: StoredRecoveryCodes,
  userId: UserId,
  hash: string,
): Promise<Refused | { readonly kind: 'broken'; readonly error: Error } | undefined> {
  try {
    return (await stored.consume(userId, hash)) ? undefined : refuse('recovery_code_incorrect');
  } catch (fault) {
    return { kind: 'broken', error: asError(fault) };
  }
}

/** Counts the failure of a code that is not among the user's, and refuses it. */
async function rejectCode(
  context: FlowContext<never>,
  { respondent, pending, attempt }: Entry,
  trace: PhaseTrace,
): Promise<Outcome<never>> {
  if (pending && (await context.singleUse.isClaimed(pending.challenge.id))) {
    // A double click: the parallel request has just used this code. Or a guess, whose sender voids the challenge
    // meanwhile with another user's login: so it stays counted among the hundred (NIST SP 800-63B-4, 3.2.2).
    await context.attempts.takeBack(respondent, 'recent');
    return refuse('challenge_used');
  }
  await context.attempts.fail(respondent, attempt);
  trace.locks = attempt.locksIfWrong;
  const left = { attemptsRemaining: attempt.remaining };
  if (!pending) return refuse('recovery_code_incorrect', left);
  const id = writeHandle(pending.challenge, pending.firstFactor);
  const challenge = describeChallenge(context, pending.challenge, { id, ...left });
  return refuse('recovery_code_incorrect', { ...left, challenge });
}
