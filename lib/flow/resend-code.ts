import { describe } from '../challenge/challenge.js';
import { type PresentedHandle, writeHandle } from '../challenge/handle.js';
import { withRollback } from '../limits/counter.js';
import { type Outcome, refuse, retryIn } from '../outcome.js';
import { findChallenge } from './find-challenge.js';
import type { FlowContext, PhaseRequest } from './flow-context.js';
import type { PhaseTrace } from './phase-events.js';
import { sendCode } from './send-code.js';

/**
 * Another code for the same challenge, because the user asked for it. An expired challenge can be
 * sent again for as long as its first factor is fresh; its attempts are not given back.
 */
export async function resendCode<TUser>(
  context: FlowContext<TUser>,
  presented: PresentedHandle | undefined,
  request: PhaseRequest<TUser>,
  trace: PhaseTrace,
): Promise<Outcome<TUser>> {
  const [found, attemptsRemaining] = await Promise.all([
    findChallenge(context, presented, request, trace),
    // Whoever has none left must not take the right to send, not even for a moment.
    presented ? context.attempts.remainingOn(presented.handle.challengeId) : 0,
  ]);
  if (!found.ok) return found.outcome;
  const { challenge, firstFactor } = found;
  // Side by side, for a round trip less; whoever is locked gives the right back.
  const [lock, cancelled, right] = await withRollback((step) =>
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
    if (right?.allowed) await context.sends.release(challenge, right.until);
    return lock ? refuse('user_locked', retryIn(lock.retryAfter)) : refuse('challenge_used');
  }
  if (!right) return refuse('too_many_attempts', { attemptsRemaining });
  if (!right.allowed) {
    return refuse('resend_too_soon', {
      ...retryIn(right.retryAfter),
      challenge: describe(challenge, {
        id: writeHandle(challenge, firstFactor),
        attemptsRemaining,
      }),
    });
  }
  const { until } = right;
  const { ip } = request;
  const send = { challenge, firstFactor, resend: true, until, attemptsRemaining, ip };
  return sendCode(context, send, trace);
}
