import type { Challenge, Purpose, UserId } from '../challenge/challenge.js';
import { readTransaction } from '../challenge/transaction.js';
import type { NotRequiredInfo, TrustedDeviceInfo, VerifiedInfo } from '../outcome.js';

/** What a verified code has proved. Kept apart from the info, which the app may change. */
export interface Proof {
  readonly realm: string;
  readonly purpose: Purpose;
  readonly userId: UserId;
  /** The number that the code was sent to; undefined for a recovery code, which proves none. */
  readonly destination?: string;
  /** The approved transaction in canonical form. With one, the code proves nothing else. */
  readonly transaction?: string | undefined;
  /** While enrolling: whether the user had no number before. */
  readonly firstNumber: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** RFC 8176, 2. A new list each time: what an app adds to one must not be in the next user's. */
const factors = {
  sms: () => ({ method: 'sms', amr: ['mfa', 'sms'] }) as const,
  call: () => ({ method: 'call', amr: ['mfa', 'tel'] }) as const,
};

const proofs = new WeakMap<object, Proof>();

interface CodeProof extends Pick<Proof, 'firstNumber'> {
  readonly method: keyof typeof factors;
  readonly verifiedAt: Date;
}

/** Creates the info of a success and registers its proof, so that a forged info has none. */
export function verifiedInfo(
  challenge: Challenge,
  { method, verifiedAt, firstNumber }: CodeProof,
): VerifiedInfo {
  const { realm, purpose, userId, destination, transaction } = challenge;
  const info: VerifiedInfo = {
    code: 'verified',
    // Two literals, because TypeScript narrows `destination` together with `purpose`.
    ...(purpose === 'enrol'
      ? { purpose, destination, ...(firstNumber ? { firstNumber } : {}) }
      : { purpose }),
    ...factors[method](),
    verifiedAt,
    ...(transaction === undefined ? {} : { transaction: readTransaction(transaction) }),
  };
  const at = verifiedAt.getTime();
  proofs.set(info, { realm, purpose, userId, destination, transaction, firstNumber, at });
  return info;
}

interface Recovery extends Pick<Proof, 'realm' | 'userId'> {
  readonly purpose: Exclude<Purpose, 'enrol'>;
}

/** The same after a recovery code, which proves no number and approves no transaction. */
export function recoveredInfo(
  { realm, purpose, userId }: Recovery,
  recoveryCodesRemaining: number,
): VerifiedInfo {
  const verifiedAt = new Date();
  const info: VerifiedInfo = {
    code: 'verified',
    purpose,
    method: 'recovery_code',
    amr: ['mfa'],
    verifiedAt,
    recoveryCodesRemaining,
  };
  proofs.set(info, { realm, purpose, userId, firstNumber: false, at: verifiedAt.getTime() });
  return info;
}

/** The infos of logins without a code. */
const unprovedInfos = new WeakSet<object>();

/** Creates the info of a login from a trusted device. It has no proof. */
export function trustedDeviceInfo(): TrustedDeviceInfo {
  const info: TrustedDeviceInfo = { code: 'trusted_device', purpose: 'login', amr: [] };
  unprovedInfos.add(info);
  return info;
}

/** Creates the info of a login that needed no second factor. It has no proof. */
export function notRequiredInfo(): NotRequiredInfo {
  const info: NotRequiredInfo = { code: 'not_required', purpose: 'login', amr: [] };
  unprovedInfos.add(info);
  return info;
}

/** Whether a strategy created this info for a login without a code. */
export function isUnprovedInfo(info: unknown): boolean {
  return unprovedInfos.has(Object(info));
}

/** Whether a proof is a second factor: of this user, and for anything but the transaction it approved. */
export function isSecondFactor({ purpose, transaction, firstNumber }: Proof): boolean {
  return transaction === undefined && (purpose !== 'enrol' || firstNumber);
}

/** Returns the proof behind an info; undefined for an info that no strategy created. */
export function proofOf(info: unknown): Proof | undefined {
  return proofs.get(Object(info));
}
