import type { Challenge, Purpose, UserId } from '../challenge/challenge.js';
import { readTransaction } from '../challenge/transaction.js';
import type { TrustedDeviceInfo, VerifiedInfo } from '../outcome.js';

/** What a verified code has proved. Kept apart from the info, which the app may change. */
export interface Proof {
  readonly realm: string;
  readonly purpose: Purpose;
  readonly userId: UserId;
  /** The number that the code was sent to. */
  readonly destination: string;
  /** The approved transaction in canonical form. With one, the code proves nothing else. */
  readonly transaction?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const proofs = new WeakMap<object, Proof>();

/** Creates the info of a success and registers its proof, so that a forged info has none. */
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

const trustedDeviceInfos = new WeakSet<object>();

/** Creates the info of a login from a trusted device. It has no proof. */
export function trustedDeviceInfo(): TrustedDeviceInfo {
  const info: TrustedDeviceInfo = { code: 'trusted_device', purpose: 'login', amr: [] };
  trustedDeviceInfos.add(info);
  return info;
}

export function isTrustedDeviceInfo(info: unknown): boolean {
  return trustedDeviceInfos.has(Object(info));
}

/** Returns the proof behind an info; undefined for an info that no strategy created. */
export function proofOf(info: unknown): Proof | undefined {
  return proofs.get(Object(info));
}
