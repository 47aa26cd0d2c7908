import { fingerprint } from '../fingerprint.js';
import type { Challenge, FirstFactor, Subject } from './challenge.js';

/** A client's reference to a challenge: two random ids, which reveal nothing and cannot be forged. */
export interface Handle {
  readonly challengeId: string;
  readonly firstFactorId: string;
}

/** A handle that a request presents. */
export interface PresentedHandle {
  readonly handle: Handle;
  /** Whether the request claims to answer this challenge, which a mismatch then voids. */
  readonly claimed: boolean;
}

const handlePattern = /^([\w-]{22})\.([\w-]{22})$/;

/** Serialises the handle for the session or the body. */
export function writeHandle(challenge: Challenge, firstFactor: FirstFactor): string {
  return handleText({ challengeId: challenge.id, firstFactorId: firstFactor.id });
}

export function handleText({ challengeId, firstFactorId }: Handle): string {
  return `${challengeId}.${firstFactorId}`;
}

/** Parses a handle; undefined for any other input, which never reaches the store. */
export function readHandle(value: unknown): Handle | undefined {
  const [, challengeId, firstFactorId] =
    (typeof value === 'string' && handlePattern.exec(value)) || [];
  return challengeId === undefined || firstFactorId === undefined
    ? undefined
    : { challengeId, firstFactorId };
}

/**
 * The key of a handle in a session: one for each purpose, user, transaction and new number, so that two payments or
 * two people in two tabs do not interfere. Not one for each number of a user: a changed number must find the
 * challenge that it voids. 128 bits of a hash, so that eight entries fit into a cookie session.
 *
 * @param newDestination - The number to verify in an enrolment.
 */
export function handleKey(
  { purpose, userId, transaction }: Pick<Subject, 'purpose' | 'userId' | 'transaction'>,
  newDestination: string | undefined,
): string {
  return fingerprint(purpose, userId, transaction ?? null, newDestination ?? null).slice(0, 22);
}
