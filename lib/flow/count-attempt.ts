import type { Challenge } from '../challenge/challenge.js';
import type { Attempt, CountedAttempt } from '../limits/attempts.js';
import { withRollback } from '../limits/rollback.js';
import { type Refused, refuse } from '../outcome.js';
import { retryIn } from '../refusal.js';
import type { FlowContext } from './flow-context.js';

/** An attempt that has been counted, or the reason why none may be made. */
export type AttemptCount =
  | { readonly ok: true; readonly attempt: CountedAttempt }
  | { readonly ok: false; readonly outcome: Refused };

/** Counts an attempt on a challenge before its code is checked. */
export async function countAttempt(
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
    // No code is checked, so nothing was guessed.
    if (attempt.allowed) await context.attempts.takeBack(challenge, 'user');
    return { ok: false, outcome: { ...refuse('challenge_used'), handle: null } };
  }
  return attemptCount(attempt);
}

/** Words the refusal of an attempt that exceeds a limit. */
export function attemptCount(attempt: Attempt): AttemptCount {
  if (attempt.allowed) return { ok: true, attempt };
  const outcome =
    attempt.code === 'user_locked'
      ? refuse('user_locked', retryIn(attempt.retryAfter))
      : refuse('too_many_attempts', { attemptsRemaining: 0 });
  return { ok: false, outcome };
}
