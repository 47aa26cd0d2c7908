import { type Challenge, channelOf, isOver } from '../challenge/challenge.js';
import { type PresentedHandle, writeHandle } from '../challenge/handle.js';
import {
  asError,
  ConfigurationError,
  ProviderCredentialsError,
  ProviderThrottledError,
  ProviderUnavailableError,
  StoreError,
} from '../errors.js';
import type { Refund } from '../limits/attempts.js';
import { type Outcome, refuse } from '../outcome.js';
import type { Check, Verdict } from '../providers/provider.js';
import {
  type Attempted,
  claimChallenge,
  removeClaimed,
  settleCounts,
  warnOfFailure,
} from './complete-challenge.js';
import { countAttempt } from './count-attempt.js';
import { describeChallenge } from './describe-challenge.js';
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

/** Completes the login after a correct code. */
async function acceptCode<TUser>(
  context: FlowContext<TUser>,
  attempted: Attempted,
  load: LoadUser<TUser>,
): Promise<Outcome<TUser>> {
  const { challenge, firstFactor } = attempted;
  if (!(await claimChallenge(context, challenge))) return refuse('challenge_used');
  const method = channelOf(challenge);
  const [isRemoved] = await Promise.all([
    removeClaimed(context, attempted),
    settleCounts(context, attempted, method),
  ]);
  if (!isRemoved) return { ...refuse('challenge_used'), handle: null };
  const verifiedAt = new Date();
  return loadUser(context, challenge, {
    load,
    method,
    firstFactorAt: firstFactor.at,
    infoFor: async (user) =>
      verifiedInfo(challenge, {
        method,
        verifiedAt,
        firstNumber: await isFirstNumber(context, challenge, user),
      }),
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
  return firstNumber === true && (await users.hasNoNumber(user, destination));
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
  await Promise.all([
    context.attempts.fail(challenge, attempt),
    attempt.remaining === 0 && warnOfFailure(context.pending.close(challenge)),
  ]);
  trace.locks = attempt.locksIfWrong;
  switch (verdict) {
    case 'rejected': {
      // The stricter of the two limits applies, the provider's or this library's.
      const left = { attemptsRemaining: Math.min(attempt.remaining, attemptsRemaining) };
      const id = writeHandle(challenge, firstFactor);
      return refuse('code_incorrect', {
        ...left,
        challenge: describeChallenge(context, challenge, { id, ...left }),
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
