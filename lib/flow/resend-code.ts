import { describe } from '../challenge/challenge.js';
import { type Answered, writePointer } from '../challenge/handle.js';
import { withRollback } from '../limits/counter.js';
import { type Outcome, refuse, retryIn } from '../outcome.js';
import { type Found, findPending } from './find-challenge.js';
import type { PhaseRequest, Rooms } from './flow-context.js';
import { sendCode } from './send-code.js';

/**
 * Another code for the same challenge, because the user asked for it. An expired challenge can be
 * sent again for as long as its first factor is fresh; its attempts are not given back.
 */
export async function resendCode<TUser>(
  rooms: Rooms<TUser>,
  answered: Answered | undefined,
  request: PhaseRequest<TUser>,
): Promise<Outcome<TUser>> {
  const [found, attemptsRemaining] = await Promise.all([
    findPending(rooms, answered, request),
    // Whoever has none left must not take the right to send, not even for a moment.
    answered ? rooms.attempts.remainingOn(answered.pointer.challengeId) : 0,
  ]);
  if (!found.ok) return found.outcome;
  const outcome = await sendAgain(rooms, found, attemptsRemaining, request);
  return { about: { subject: found.challenge }, ...outcome };
}

async function sendAgain<TUser>(
  rooms: Rooms<TUser>,
  { challenge, firstFactor }: Extract<Found, { ok: true }>,
  attemptsRemaining: number,
  { ip }: PhaseRequest<TUser>,
): Promise<Outcome<TUser>> {
  // Side by side, for a round trip less; whoever is locked gives the right back.
  const [lock, cancelled, right] = await withRollback((step) =>
    Promise.all([
      rooms.attempts.lockOf(challenge),
      rooms.userChallenges.isCancelled(challenge),
      attemptsRemaining > 0
        ? step(
            rooms.sends.claim(challenge),
            (claimed) => claimed.allowed && rooms.sends.release(challenge, claimed.until),
          )
        : undefined,
    ]),
  );
  if (lock || cancelled) {
    if (right?.allowed) await rooms.sends.release(challenge, right.until);
    return lock ? refuse('user_locked', retryIn(lock.retryAfter)) : refuse('challenge_used');
  }
  if (!right) return refuse('too_many_attempts', { attemptsRemaining });
  if (!right.allowed) {
    return refuse('too_many_challenges', {
      ...retryIn(right.retryAfter),
      challenge: describe(challenge, {
        id: writePointer(challenge, firstFactor),
        attemptsRemaining,
      }),
    });
  }
  const { until } = right;
  return sendCode(rooms, { challenge, firstFactor, again: true, until, attemptsRemaining, ip });
}
