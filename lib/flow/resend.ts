import { describe } from '../challenge.js';
import { personKey } from '../limits/person.js';
import { type Outcome, refuse, retryIn } from '../outcome.js';
import type { Pointer } from '../pointer.js';
import { type Found, findPending } from './found.js';
import type { PhaseRequest } from './request.js';
import type { Rooms } from './rooms.js';
import { sendCode } from './sending.js';

/**
 * Another code for the same challenge, because the user asked for it. An expired challenge can be
 * sent again for as long as its first factor is fresh; its attempts are not given back.
 */
export async function resendCode<TUser>(
  rooms: Rooms<TUser>,
  pointer: Pointer | undefined,
  request: PhaseRequest<TUser>,
): Promise<Outcome<TUser>> {
  const found = await findPending(rooms, pointer, request);
  if (!found.ok) return found.outcome;
  const outcome = await sendAgain(rooms, found, request);
  return { about: { subject: found.challenge }, ...outcome };
}

async function sendAgain<TUser>(
  rooms: Rooms<TUser>,
  { challenge, firstFactor }: Extract<Found, { ok: true }>,
  { ip }: PhaseRequest<TUser>,
): Promise<Outcome<TUser>> {
  // Side by side, for a round trip less; whoever may not go on gives the right back.
  const [lock, attemptsRemaining, right] = await Promise.all([
    rooms.attempts.lockOf(personKey(challenge)),
    rooms.attempts.remainingOn(challenge.id),
    rooms.sends.claim(challenge),
  ]);
  if (lock || attemptsRemaining === 0) {
    if (right.allowed) await rooms.sends.release(challenge, right.until);
    return lock
      ? refuse('user_locked', retryIn(lock.retryAfter))
      : refuse('too_many_attempts', { attemptsRemaining });
  }
  if (!right.allowed) {
    return refuse('too_many_challenges', {
      ...retryIn(right.retryAfter),
      challenge: describe(challenge, { attemptsRemaining }),
    });
  }
  const { until } = right;
  return sendCode(rooms, { challenge, firstFactor, again: true, until, attemptsRemaining, ip });
}
