import type { Challenge, ChallengeInfo, Purpose } from '../challenge/challenge.js';
import { type Handle, handleText } from '../challenge/handle.js';
import type { Receipt } from '../storage/receipts.js';
import { describeChallenge } from './describe-challenge.js';
import { isFirstFactorExpired, isOfStrategy } from './find-challenge.js';
import type { FlowContext } from './flow-context.js';

/** Which pending challenge a code page asks for. */
export interface PendingQuery<TUser> {
  readonly purpose: Purpose;
  /** The logged-in user, for `step-up` and `enrol`. */
  readonly user: TUser | undefined;
  /** The transaction in canonical form. For a login, undefined means any. */
  readonly transaction: Challenge['transaction'];
}

/** Returns what a code page may show of a challenge; undefined when this user cannot answer it. */
export async function pendingChallenge<TUser>(
  context: FlowContext<TUser>,
  handle: Handle,
  { purpose, user, transaction }: PendingQuery<TUser>,
): Promise<ChallengeInfo | undefined> {
  const { pending, users, receipts, singleUse, attempts, userChallenges } = context;
  const [{ challenge, firstFactor }, used, attemptsRemaining] = await Promise.all([
    pending.byHandle(handle),
    singleUse.isClaimed(handle.challengeId),
    attempts.remainingOn(handle.challengeId),
  ]);
  if (!challenge || !firstFactor || used) return undefined;
  if (!isOfStrategy(context, challenge, purpose)) return undefined;
  // Such a challenge can be neither answered nor resent: a page that showed it would be a dead end.
  if (isFirstFactorExpired(context, firstFactor)) return undefined;
  // A step-up page without a transaction must not show, or offer to resend, a transaction's challenge.
  const matchesQuery =
    transaction === challenge.transaction || (purpose === 'login' && transaction === undefined);
  if (!matchesQuery) return undefined;
  if (user !== undefined && !users.isUser(user, challenge.userId)) return undefined;
  const { messageId } = challenge.delivery;
  const [cancelled, receipt] = await Promise.all([
    userChallenges.isCancelled(challenge),
    messageId === undefined ? undefined : receipts.of(messageId),
  ]);
  if (cancelled) return undefined;
  const shown = describeChallenge(context, challenge, {
    id: handleText(handle),
    attemptsRemaining,
  });
  return receipt === undefined ? shown : { ...shown, ...deliveryFrom(receipt) };
}

/** The delivery state according to the receipt of the newest message. */
function deliveryFrom({
  state,
  problem,
}: Receipt): Partial<Pick<ChallengeInfo, 'delivery' | 'deliveryProblem'>> {
  if (state === 'pending') return {};
  if (state === 'delivered') return { delivery: 'delivered' };
  return {
    delivery: 'undelivered',
    ...(problem === undefined ? {} : { deliveryProblem: problem }),
  };
}
