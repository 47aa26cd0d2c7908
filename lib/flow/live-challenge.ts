// Finds a subject's live challenge, and lets another client answer it.
import {
  type Challenge,
  type FirstFactor,
  isOver,
  newFirstFactor,
  type Subject,
} from '../challenge/challenge.js';
import { writeHandle } from '../challenge/handle.js';
import { type Outcome, refuse } from '../outcome.js';
import type { LiveReference } from '../storage/challenges.js';
import { timers } from '../timers.js';
import { describeChallenge } from './describe-challenge.js';
import type { FlowContext } from './flow-context.js';

/** A challenge that can still be answered. */
interface Live {
  readonly challenge: Challenge;
  readonly attemptsRemaining: number;
}

/**
 * Returns a challenge that can still be answered, or `spent` for one without attempts whose message still holds
 * the send lock.
 */
export async function liveOf(
  context: FlowContext<never>,
  reference: LiveReference | undefined,
  epoch: string | undefined,
): Promise<Live | 'spent' | undefined> {
  if (reference === undefined) return undefined;
  const { id } = reference;
  const [challenge, attemptsRemaining, used] = await Promise.all([
    context.pending.byId(id),
    context.attempts.remainingOn(id),
    context.singleUse.isClaimed(id),
  ]);
  const now = Date.now();
  // Never reuse a challenge older than `firstFactorMaxAge`: reused again and again, it would outlive
  // the counters that guard it.
  if (
    !challenge ||
    used ||
    (epoch !== undefined && challenge.epoch !== epoch) ||
    isOver(challenge.createdAt, challenge.expiresAt, now) ||
    isOver(challenge.createdAt, challenge.createdAt + context.firstFactorMaxAge, now)
  ) {
    return undefined;
  }
  if (attemptsRemaining > 0)
    return reference.isClosed ? undefined : { challenge, attemptsRemaining };
  return now < challenge.resendAt ? 'spent' : undefined;
}

/** Milliseconds between reads: a slow Redis may take that long to write. */
const pollDelays = [0, 25, 50, 100, 200, 400];

/**
 * Another request holds the send lock: waits for its challenge to be written. Until then the subject's newest
 * challenge may be one that is closed.
 */
export async function waitForLive(
  context: FlowContext<never>,
  subject: Subject,
  epoch: string | undefined,
): Promise<Live | undefined> {
  for (const pollDelay of pollDelays) {
    await timers.delay(pollDelay);
    const found = await liveOf(context, await context.pending.liveFor(subject), epoch);
    if (found) return found === 'spent' ? undefined : found;
  }
  return undefined;
}

/** Renews the first-factor record of a client that holds this challenge; adds and counts one for any other. */
export async function reuse(
  context: FlowContext<never>,
  { challenge, attemptsRemaining }: Live,
  heldFirstFactor: FirstFactor | undefined,
): Promise<Outcome<never>> {
  const now = Date.now();
  const renewed =
    heldFirstFactor?.challengeId === challenge.id ? { ...heldFirstFactor, at: now } : undefined;
  if (!renewed && !(await context.reuses.isAllowed(challenge.id))) {
    const left = Math.max(challenge.expiresAt - now, 0);
    return refuse('send_limit_reached', { retryAfter: Math.ceil(left / 1000) });
  }
  const firstFactor = renewed ?? newFirstFactor(challenge, now);
  await context.pending.addFirstFactor(firstFactor);
  const id = writeHandle(challenge, firstFactor);
  return {
    kind: 'challenged',
    challenge: describeChallenge(context, challenge, { id, attemptsRemaining, reused: true }),
    handle: id,
  };
}
