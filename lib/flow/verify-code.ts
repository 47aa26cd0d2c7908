import {
  type Challenge,
  type ChallengeInfo,
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
  unreachable,
} from '../errors.js';
import type { CountedAttempt, Refund } from '../limits/attempts.js';
import { withRollback } from '../limits/counter.js';
import { type Outcome, refuse, retryIn } from '../outcome.js';
import type { Check, Verdict } from '../providers/provider.js';
import { findChallenge } from './find-challenge.js';
import type { FlowContext, LoadUser, PhaseRequest } from './flow-context.js';
import { loadUser } from './load-user.js';
import type { PhaseTrace } from './phase-events.js';
import { verifiedInfo } from './proof.js';

/** What phase two needs beside the request. */
export interface CodeResponse<TUser> {
  /** The posted code; undefined for input that cannot be one. */
  readonly code: string | undefined;
  /** Loads the user once the code is accepted. */
  readonly load: LoadUser<TUser>;
  readonly trace: PhaseTrace;
}

/**
 * Phase two: a code is held against the pending challenge. Whatever can be refused here is refused
 * before the provider is asked, and the attempt is counted before it too.
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
  const { challenge, firstFactor } = found;
  const owner = context.chain.ownerOf(challenge.delivery);
  if (isOver(challenge.createdAt, challenge.expiresAt, Date.now())) {
    owner?.reportOutcome(false);
    return refuse('challenge_expired');
  }
  if (owner === undefined) return refuse('delivery_unknown');

  const takeBack = (counts: Refund) => context.attempts.takeBack(challenge.id, challenge, counts);
  const [cancelled, attempt] = await withRollback((step) =>
    Promise.all([
      context.userChallenges.isCancelled(challenge),
      step(
        context.attempts.count(challenge.id, challenge),
        ({ allowed }) => allowed && takeBack('all'),
      ),
    ]),
  );
  if (cancelled) {
    // Nothing is asked, so nothing was guessed.
    if (attempt.allowed) await takeBack('user');
    return { ...refuse('challenge_used'), handle: null };
  }
  if (!attempt.allowed) {
    return attempt.code === 'user_locked'
      ? refuse('user_locked', retryIn(attempt.retryAfter))
      : refuse('too_many_attempts', { attemptsRemaining: 0 });
  }

  let answer: Check;
  try {
    answer = await owner.check(code);
  } catch (fault) {
    const error = asError(fault);
    await takeBack(refundFor(error));
    return { kind: 'broken', error };
  }
  const { verdict, attemptsRemaining: theirs } = answer;
  trace.requestId = answer.requestId;
  if (verdict === 'accepted') {
    const outcome = await succeed(context, challenge, firstFactor, attempt, load);
    owner.reportOutcome(true);
    return outcome;
  }

  if (verdict !== 'rejected' && (await context.singleUse.isClaimed(challenge.id))) {
    // A double click: the other one has just logged in, and this one was no guess.
    await takeBack('user');
    return refuse('challenge_used');
  }
  await context.attempts.fail(challenge, attempt);
  trace.locks = attempt.locksIfWrong;
  // Whoever allows less has the say.
  const attemptsRemaining = Math.min(attempt.remaining, theirs ?? attempt.remaining);
  const id = writeHandle(challenge, firstFactor);
  const shown = describe(challenge, { id, attemptsRemaining });
  return refusalFor(verdict, attemptsRemaining, shown);
}

function refusalFor(
  verdict: Exclude<Verdict, 'accepted'>,
  attemptsRemaining: number,
  challenge: ChallengeInfo,
): Outcome<never> {
  switch (verdict) {
    case 'rejected':
      return refuse('code_incorrect', { attemptsRemaining, challenge });
    case 'expired':
      return refuse('challenge_expired');
    case 'used':
      return refuse('challenge_used');
    case 'exhausted':
      return refuse('too_many_attempts', { attemptsRemaining: 0 });
    default:
      return unreachable(verdict);
  }
}

/**
 * What a fault gives back. An outage locks no one before the hundredth attempt, nor does it double a
 * later lock; but any answer of the provider could be its way to say no, and must not become a way to
 * guess on. So:
 *
 * - Unreachable: all, because the request never left.
 * - Credentials, throttle, a mistake of the app's, a record that cannot be read: what counts against the
 *   user, because the code was not looked at.
 * - Everything else (a lost answer, a 5xx, an answer that is not the API's): the recent failures alone.
 *   The challenge's own attempt and the hundred in a row (NIST SP 800-63B-4) stay counted, so the worst
 *   that a provider with an undocumented 'no' allows is five guesses at a challenge and a hundred in all.
 */
function refundFor(error: Error): Refund {
  if (error instanceof ProviderUnavailableError) return 'all';
  const unread = [ProviderCredentialsError, ProviderThrottledError, ConfigurationError, StoreError];
  return unread.some((kind) => error instanceof kind) ? 'user' : 'recent';
}

/** The claim has used the challenge up for good: what fails to be given back must not cost the login too. */
async function warnOfFailure(courtesy: Promise<unknown>): Promise<void> {
  try {
    await courtesy;
  } catch (failure) {
    process.emitWarning(asError(failure));
  }
}

/**
 * The code was right. The claim comes first: of parallel right codes one goes on. All that is
 * pending is gone before the user is loaded, so a crash or a failing verify callback costs a new
 * start and never a second use.
 */
async function succeed<TUser>(
  context: FlowContext<TUser>,
  challenge: Challenge,
  firstFactor: FirstFactor,
  attempt: CountedAttempt,
  load: LoadUser<TUser>,
): Promise<Outcome<TUser>> {
  if (!(await context.singleUse.claim(challenge.id))) {
    // It was no guess: whoever posts a right code twice must not be locked for it.
    await context.attempts.takeBack(challenge.id, challenge, 'user');
    return refuse('challenge_used');
  }
  const [cancelled] = await Promise.all([
    context.userChallenges.isCancelled(challenge),
    context.pending.remove(challenge, firstFactor),
    ...[
      context.attempts.succeed(challenge, attempt),
      context.sends.answer(challenge),
      // A user who logs out may log in again at once.
      context.sends.release(challenge, challenge.resendAt),
    ].map(warnOfFailure),
  ]);
  // While the provider was asked.
  if (cancelled) return { ...refuse('challenge_used'), handle: null };
  const { at: firstFactorAt } = firstFactor;
  return loadUser(context, challenge, { load, info: verifiedInfo(challenge), firstFactorAt });
}
