import { type Challenge, type FirstFactor, isOver, type Purpose } from '../challenge/challenge.js';
import type { PresentedHandle } from '../challenge/handle.js';
import { compareClocks } from '../clock-skew.js';
import { type Refused, refuse } from '../outcome.js';
import type { FlowContext, PhaseRequest } from './flow-context.js';
import type { PhaseTrace } from './phase-events.js';

/** The challenge of a handle, ready to be answered or resent; or the reason why not. */
type Found =
  | {
      readonly ok: true;
      readonly challenge: Challenge;
      readonly firstFactor: FirstFactor;
    }
  | { readonly ok: false; readonly outcome: Refused };

/**
 * Finds the challenge of a handle and compares it with the request: strategy, purpose, user, number
 * and transaction must match, and the first factor must be fresh. A mismatch voids the challenge that
 * the request claims to answer, with a claim on the server that no replayed cookie can undo.
 */
export async function findChallenge<TUser>(
  context: FlowContext<TUser>,
  presented: PresentedHandle | undefined,
  request: PhaseRequest<TUser>,
  trace: PhaseTrace,
): Promise<Found> {
  const no = (outcome: Refused): Found => ({ ok: false, outcome });
  if (request.purpose !== 'login' && request.user === undefined) {
    return no(refuse('first_factor_required'));
  }
  if (!presented) return no(refuse('challenge_not_found'));

  const { handle, claimed } = presented;
  const [{ challenge, firstFactor }, used] = await Promise.all([
    context.pending.byHandle(handle),
    context.singleUse.isClaimed(handle.challengeId),
  ]);
  if (used) return no(refuse('challenge_used'));
  if (!challenge || !firstFactor || !isOfStrategy(context, challenge, request.purpose)) {
    return no(refuse('challenge_not_found'));
  }
  trace.subject = challenge;
  compareClocks('another process', Math.max(firstFactor.at - Date.now(), 0));
  const mismatch = mismatchOf(context, challenge, request);
  if (mismatch) {
    // A challenge that another user of this session started is void in any case.
    const voided = claimed || mismatch === 'user_changed';
    if (voided) await closeChallenge(context, challenge, firstFactor);
    const refused = refuse(mismatch === 'number_changed' ? 'user_changed' : mismatch);
    return no({ ...refused, ...(voided ? { handle: null } : {}) });
  }
  if (isFirstFactorExpired(context, firstFactor)) return no(refuse('first_factor_expired'));
  return { ok: true, challenge, firstFactor };
}

/** Whether the first factor was passed too long ago for its challenge to be answered or resent. */
export function isFirstFactorExpired(
  { firstFactorMaxAge }: FlowContext<never>,
  { at }: FirstFactor,
): boolean {
  return isOver(at, at + firstFactorMaxAge, Date.now());
}

/** Whether a challenge belongs to this strategy and purpose. */
export function isOfStrategy(
  { realm, strategy }: FlowContext<never>,
  challenge: Challenge,
  purpose: Purpose,
): boolean {
  return (
    challenge.realm === realm && challenge.strategy === strategy && challenge.purpose === purpose
  );
}

function mismatchOf<TUser>(
  { users }: FlowContext<TUser>,
  challenge: Challenge,
  { purpose, user, transaction, newDestination }: PhaseRequest<TUser>,
): 'user_changed' | 'number_changed' | 'transaction_mismatch' | undefined {
  if (user !== undefined && !users.isUser(user, challenge.userId)) return 'user_changed';
  if (purpose === 'enrol' && newDestination !== challenge.destination) return 'number_changed';
  return transaction === challenge.transaction ? undefined : 'transaction_mismatch';
}

/** Voids a challenge for good: the claim outlives every later write and every replayed cookie. */
async function closeChallenge(
  context: FlowContext<never>,
  challenge: Challenge,
  firstFactor: FirstFactor,
): Promise<void> {
  await context.singleUse.claim(challenge.id);
  await context.pending.remove(challenge, firstFactor);
}
