import { fingerprint } from '../fingerprint.js';
import type { Challenge, FirstFactor, Subject } from './challenge.js';

/** What a client holds of a challenge: two random ids and nothing that could be read or forged. */
export interface Handle {
  readonly challengeId: string;
  readonly firstFactorId: string;
}

/** A handle, and whether the request can mean no other challenge. */
export interface PresentedHandle {
  readonly handle: Handle;
  /** Only a challenge that the request claims to answer is voided where the two do not match. */
  readonly claimed: boolean;
}

const written = /^([\w-]{22})\.([\w-]{22})$/;

/** As it travels in the session or in the body. */
export function writeHandle(challenge: Challenge, firstFactor: FirstFactor): string {
  return handleText({ challengeId: challenge.id, firstFactorId: firstFactor.id });
}

export function handleText({ challengeId, firstFactorId }: Handle): string {
  return `${challengeId}.${firstFactorId}`;
}

/** Anything that is not of our form is nothing: it never reaches a store. */
export function readHandle(value: unknown): Handle | undefined {
  const [, challengeId, firstFactorId] = (typeof value === 'string' && written.exec(value)) || [];
  return challengeId === undefined || firstFactorId === undefined
    ? undefined
    : { challengeId, firstFactorId };
}

/**
 * Under which a session keeps a handle: one for each user and transaction, so that two payments, or two
 * people, in two tabs do not disturb each other. The number is a part of it only where it is what is to
 * be proved: elsewhere a changed number must meet the challenge that it voids. 128 bits of a hash: eight
 * of them fit into a session that is kept in a cookie.
 */
export function handleKey({
  purpose,
  userId,
  transaction,
  destination,
}: Pick<Subject, 'purpose' | 'userId' | 'transaction' | 'destination'>): string {
  const number = purpose === 'enrol' ? destination : null;
  return fingerprint(purpose, userId, transaction ?? null, number).slice(0, 22);
}
