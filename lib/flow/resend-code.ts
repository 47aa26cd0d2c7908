import { type PresentedHandle, writeHandle } from '../challenge/handle.js';
import { withRollback } from '../limits/rollback.js';
import { type Outcome, refuse } from '../outcome.js';
import type { Channel } from '../phone-number.js';
import { retryIn } from '../refusal.js';
import { describeChallenge } from './describe-challenge.js';
import { findChallenge } from './find-challenge.js';
import type { FlowContext, PhaseRequest } from './flow-context.js';
import type { PhaseTrace } from './phase-events.js';
import { sendCode } from './send-code.js';

/** The input of a resend, besides the request. */
interface Resend {
  /** How to send the code; undefined for a posted word that names no channel. */
  readonly channel: Channel | undefined;
  readonly trace: PhaseTrace;
}

/**
 * Sends another code for the same challenge at the user's request. An expired challenge can be resent
 * while its first factor is fresh; its attempts are not given back.
 */
export async function resendCode<TUser>(
  context: FlowContext<TUser>,
  presented: PresentedHandle | undefined,
  request: PhaseRequest<TUser>,
  { channel, trace }: Resend,
): Promise<Outcome<TUser>> {
  if (channel === undefined) return refuse('channel_unknown');
  const [found, attemptsRemaining] = await Promise.all([
    findChallenge(context, presented, request, trace),
    // Read attempts first: a user with none left must never hold the send lock.
    presented ? context.attempts.remainingOn(presented.handle.challengeId) : 0,
  ]);
  if (!found.ok) return found.outcome;
  const { challenge, firstFactor } = found;
  const shown = () =>
    describeChallenge(context, challenge, {
      id: writeHandle(challenge, firstFactor),
      attemptsRemaining,
    });
  // Before anything is claimed or counted: an SMS must remain possible at once.
  if (channel === 'call' && !context.chain.canCall) {
    return refuse('call_unavailable', { challenge: shown() });
  }
  // In parallel, to save a round trip; a locked user's claim is released below.
  const [lock, cancelled, sendLock] = await withRollback((step) =>
    Promise.all([
      context.attempts.lockOf(challenge),
      context.userChallenges.isCancelled(challenge),
      attemptsRemaining > 0
        ? step(
            context.sends.claim(challenge),
            (claimed) => claimed.allowed && context.sends.release(challenge, claimed.until),
          )
        : undefined,
    ]),
  );
  if (lock || cancelled) {
    if (sendLock?.allowed) await context.sends.release(challenge, sendLock.until);
    return lock ? refuse('user_locked', retryIn(lock.retryAfter)) : refuse('challenge_used');
  }
  if (!sendLock) return refuse('too_many_attempts', { attemptsRemaining });
  if (!sendLock.allowed) {
    return refuse('resend_too_soon', { ...retryIn(sendLock.retryAfter), challenge: shown() });
  }
  const { until } = sendLock;
  const { ip } = request;
  const send = { challenge, firstFactor, channel, until, attemptsRemaining, ip };
  return sendCode(context, { ...send, resend: true }, trace);
}
