import {
  type Challenge,
  channelOf,
  describe,
  type FirstFactor,
  isOver,
} from '../challenge/challenge.js';
import { type PresentedHandle, writeHandle } from '../challenge/handle.js';
import {
  asError,
  ConfigurationError,
  ProviderCredentialsError,
  ProviderThrottledError,
  ProviderUnavailableError,
  StoreError,
} from '../errors.js';
import type { CountedAttempt, Refund } from '../limits/attempts.js';
import { withRollback } from '../limits/rollback.js';
import { type Outcome, refuse } from '../outcome.js';
import type { Check, Verdict } from '../providers/provider.js';
import { retryIn } from '../refusal.js';
import { findChallenge } from './find-challenge.js';
import type { FlowContext, LoadUser, PhaseRequest } from './flow-context.js';
import { loadUser } from './load-user.js';
import type { PhaseTrace } from './phase-events.js';
import { verifiedInfo } from './proof.js';

/** The input of phase two, besides the request. */
interface CodeResponse<TUser> {
  /** The posted code; undefined for input that cannot be one. */
  readonly code: string | undefined;
  /** Loads the user once the code is accepted. */
  readonly load: LoadUser<TUser>;
  readonly trace: PhaseTrace;
}

/**
 * Phase two: checks a code against the pending challenge. Everything that can be refused here is refused
 * before the provider is called, and the attempt is counted before the call too.
 */
export async function verifyCode<TUser>(
  context: FlowContext<TUser>,
  presented: PresentedHandle | undefined,
  request: PhaseRequest<TUser>,
  { code, load, trace }: CodeResponse<TUser>,
): Promise<Outcome<TUser>> {
  if (code === undefined || !context.chain.isCode(code)) return refuse('code_malformed');
  const found = await findChallenge(context, presented, request, trace);
  if (!found.ok) return found.outcome;
  const { challenge } = found;
  const sender = context.chain.senderOf(challenge.delivery);
  if (isOver(challenge.createdAt, challenge.expiresAt, Date.now())) {
    sender?.reportOutcome(false);
    return refuse('challenge_expired');
  }
  if (sender === undefined) return refuse('delivery_unknown');
  const counted = await countAttempt(context, challenge);
  if (!counted.ok) return counted.outcome;

  let answer: Check;
  try {
    answer = await sender.check(code);
  } catch (fault) {
    const error = asError(fault);
    await context.attempts.takeBack(challenge, refundFor(error));
    return { kind: 'broken', error };
  }
  const { verdict, attemptsRemaining, requestId } = answer;
  trace.requestId = requestId;
  const attempted = { ...found, attempt: counted.attempt };
  if (verdict !== 'accepted') {
    return rejectCode(context, attempted, { verdict, attemptsRemaining }, trace);
  }
  const outcome = await acceptCode(context, attempted, load);
  sender.reportOutcome(true);
  return outcome;
}

/** An attempt that has been counted, or the reason why none may be made. */
type AttemptCount =
  | { readonly ok: true; readonly attempt: CountedAttempt }
  | { readonly ok: false; readonly outcome: Outcome<never> };

/** Counts the attempt before the provider is called. */
async function countAttempt(
  context: FlowContext<never>,
  challenge: Challenge,
): Promise<AttemptCount> {
  const [cancelled, attempt] = await withRollback((step) =>
    Promise.all([
      context.userChallenges.isCancelled(challenge),
      step(
        context.attempts.count(challenge),
        ({ allowed }) => allowed && context.attempts.takeBack(challenge, 'all'),
      ),
    ]),
  );
  if (cancelled) {
    // The provider is not called, so nothing was guessed.
    if (attempt.allowed) await context.attempts.takeBack(challenge, 'user');
    return { ok: false, outcome: { ...refuse('challenge_used'), handle: null } };
  }
  if (attempt.allowed) return { ok: true, attempt };
  const outcome =
    attempt.code === 'user_locked'
      ? refuse('user_locked', retryIn(attempt.retryAfter))
      : refuse('too_many_attempts', { attemptsRemaining: 0 });
  return { ok: false, outcome };
}

/** A challenge with an attempt that the provider has decided on. */
interface Attempted {
  readonly challenge: Challenge;
  readonly firstFactor: FirstFactor;
  readonly attempt: CountedAttempt;
}

/**
 * Completes the login after a correct code. The claim comes first: of parallel correct codes only one
 * continues. The pending challenge is gone before the user is loaded, so after a crash or a failing
 * verify callback the user has to start again, and the code can never be used twice.
 */
async function acceptCode<TUser>(
  context: FlowContext<TUser>,
  { challenge, firstFactor, attempt }: Attempted,
  load: LoadUser<TUser>,
): Promise<Outcome<TUser>> {
  if (!(await context.singleUse.claim(challenge.id))) {
    // Posting a correct code twice is not a guess, and must not count towards a lock.
    await context.attempts.takeBack(challenge, 'user');
    return refuse('challenge_used');
  }
  const [cancelled] = await Promise.all([
    context.userChallenges.isCancelled(challenge),
    context.pending.remove(challenge, firstFactor),
    ...[
      context.attempts.succeed(challenge, attempt),
      context.sends.recordCorrectCode(challenge),
      // A user who logs out must be able to log in again at once.
      context.sends.release(challenge, challenge.resendAt),
    ].map(warnOfFailure),
  ]);
  // `cancel` may have been called during the provider's call.
  if (cancelled) return { ...refuse('challenge_used'), handle: null };
  const verifiedAt = new Date();
  const method = channelOf(challenge);
  return loadUser(context, challenge, {
    load,
    method,
    infoFor: async (user) =>
      verifiedInfo(challenge, {
        method,
        verifiedAt,
        firstNumber: await isFirstNumber(context, challenge, user),
      }),
    firstFactorAt: firstFactor.at,
  });
}

/**
 * Whether the user had no number before this one, neither when the code was sent nor now. The verify callback
 * may have saved this one.
 */
async function isFirstNumber<TUser>(
  { users }: FlowContext<TUser>,
  { firstNumber, destination }: Challenge,
  user: TUser,
): Promise<boolean> {
  return firstNumber === true && (await users.hasNoNumberBut(user, destination));
}

/** The claim has used up the challenge for good: a failed refund must not fail the login as well. */
async function warnOfFailure(refund: Promise<unknown>): Promise<void> {
  try {
    await refund;
  } catch (failure) {
    process.emitWarning(asError(failure));
  }
}

/** The provider's verdict on a code that it did not accept. */
interface Rejection {
  readonly verdict: Exclude<Verdict, 'accepted'>;
  readonly attemptsRemaining: number | undefined;
}

/** Counts the failure of a code that was not accepted, and refuses it. */
async function rejectCode(
  context: FlowContext<never>,
  { challenge, firstFactor, attempt }: Attempted,
  { verdict, attemptsRemaining = attempt.remaining }: Rejection,
  trace: PhaseTrace,
): Promise<Outcome<never>> {
  if (verdict !== 'rejected' && (await context.singleUse.isClaimed(challenge.id))) {
    // A double click: the parallel request has just logged in, and this one was not a guess.
    await context.attempts.takeBack(challenge, 'user');
    return refuse('challenge_used');
  }
  await context.attempts.fail(challenge, attempt);
  trace.locks = attempt.locksIfWrong;
  switch (verdict) {
    case 'rejected': {
      // The stricter of the two limits applies, the provider's or this library's.
      const left = { attemptsRemaining: Math.min(attempt.remaining, attemptsRemaining) };
      const id = writeHandle(challenge, firstFactor);
      return refuse('code_incorrect', {
        ...left,
        challenge: describe(challenge, { id, ...left, callAvailable: context.chain.canCall }),
      });
    }
    case 'expired':
      return refuse('challenge_expired');
    case 'used':
      return refuse('challenge_used');
    case 'exhausted':
      return refuse('too_many_attempts', { attemptsRemaining: 0 });
  }
}

/**
 * Decides what a fault gives back. An outage must not lock a user out before the hundredth attempt, or
 * double a later lock; but an undocumented answer may be the provider's way of rejecting a code, and must
 * not allow unlimited guesses. So:
 *
 * - Unreachable: everything, because the request never left.
 * - Credentials, throttling, a configuration error, an unreadable record: the counts against the user,
 *   because the code was not checked.
 * - Anything else (a lost answer, a 5xx, an answer that is not the API's): the recent failures only. The
 *   challenge's own attempt and the hundred consecutive failures (NIST SP 800-63B-4) stay counted, so that
 *   undocumented rejections allow at most five guesses per challenge and a hundred in all.
 */
function refundFor(error: Error): Refund {
  if (error instanceof ProviderUnavailableError) return 'all';
  const unchecked = [
    ProviderCredentialsError,
    ProviderThrottledError,
    ConfigurationError,
    StoreError,
  ];
  return unchecked.some((kind) => error instanceof kind) ? 'user' : 'recent';
}
