// What follows a correct code, of a message or a recovery code: the end of the challenge, and of its counts.
import type { Challenge, FirstFactor } from '../challenge/challenge.js';
import { asError } from '../errors.js';
import type { CountedAttempt } from '../limits/attempts.js';
import type { VerificationMethod } from '../outcome.js';
import type { FlowContext } from './flow-context.js';

/** A challenge with an attempt that has been counted. */
export interface Attempted {
  readonly challenge: Challenge;
  readonly firstFactor: FirstFactor;
  readonly attempt: CountedAttempt;
}

/**
 * Claims the single use of a challenge, before anything else: of parallel correct codes only one continues.
 * Returns false to all others.
 */
export async function claimChallenge(
  { singleUse, attempts }: FlowContext<never>,
  challenge: Challenge,
): Promise<boolean> {
  const isClaimed = await singleUse.claim(challenge.id);
  // Posting a correct code twice is not a guess, and must not count towards a lock.
  if (!isClaimed) await attempts.takeBack(challenge, 'user');
  return isClaimed;
}

/**
 * Removes a claimed challenge before its user is loaded, so that after a crash or a failing verify callback
 * the user has to start again, and the code can never be used twice. Returns false if the challenge has been
 * cancelled, as it may have been while the code was checked.
 */
export async function removeClaimed(
  { userChallenges, pending }: FlowContext<never>,
  { challenge, firstFactor }: Omit<Attempted, 'attempt'>,
): Promise<boolean> {
  const [cancelled] = await Promise.all([
    userChallenges.isCancelled(challenge),
    pending.remove(challenge, firstFactor),
    warnOfFailure(pending.close(challenge)),
  ]);
  return !cancelled;
}

/** Gives back what a correct code gives back. */
export async function settleCounts(
  { attempts, sends }: FlowContext<never>,
  { challenge, attempt }: Omit<Attempted, 'firstFactor'>,
  method: VerificationMethod,
): Promise<void> {
  await Promise.all(
    [
      attempts.succeed(challenge, attempt),
      // A recovery code does not answer the messages, so they stay counted.
      method !== 'recovery_code' && sends.recordCorrectCode(challenge),
      // A user who logs out must be able to log in again at once.
      sends.release(challenge, challenge.resendAt),
    ].map(warnOfFailure),
  );
}

/** The verdict on the code stands: a count or a note that failed must not turn it into an error. */
export async function warnOfFailure(write: unknown): Promise<void> {
  try {
    await write;
  } catch (failure) {
    process.emitWarning(asError(failure));
  }
}
