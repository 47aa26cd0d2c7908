import type { Challenge, Purpose, UserId } from '../challenge/challenge.js';
import { readTransaction } from '../challenge/transaction.js';
import type { TrustedDeviceInfo, VerifiedInfo } from '../outcome.js';

/** What a code has proved. Kept beside the info, which the app may change. */
export interface Proof {
  readonly realm: string;
  readonly purpose: Purpose;
  readonly userId: UserId;
  /** The number that the code went to. */
  readonly destination: string;
  /** The transaction that was approved, in canonical form: such a code is good for that alone. */
  readonly transaction?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const proofs = new WeakMap<object, Proof>();

/** The info of a success. Whoever asks later can tell it from one that somebody made up. */
export function verifiedInfo(challenge: Challenge): VerifiedInfo {
  const { realm, purpose, userId, destination, transaction } = challenge;
  const verifiedAt = new Date();
  const info: VerifiedInfo = {
    code: 'verified',
    purpose,
    amr: ['mfa', 'sms'],
    verifiedAt,
    ...(purpose === 'enrol' ? { destination } : {}),
    ...(transaction === undefined ? {} : { transaction: readTransaction(transaction) }),
  };
  proofs.set(info, { realm, purpose, userId, destination, transaction, at: verifiedAt.getTime() });
  return info;
}

const remembered = new WeakSet<object>();

/** The info of a login that a trusted device has ended. It proves nothing. */
export function trustedDeviceInfo(): TrustedDeviceInfo {
  const info: TrustedDeviceInfo = { code: 'trusted_device', purpose: 'login', amr: [] };
  remembered.add(info);
  return info;
}

export function isTrustedDeviceInfo(info: unknown): boolean {
  return remembered.has(Object(info));
}

/** What an info proves; undefined when no success of ours made it. */
export function proofOf(info: unknown): Proof | undefined {
  return proofs.get(Object(info));
}
