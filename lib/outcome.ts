import type { ChallengeInfo, Purpose } from './challenge/challenge.js';
import type { Transaction, TransactionProblem } from './challenge/transaction.js';

/**
 * Every refusal, and the HTTP status it ends in. 401 where a new start or another code helps, 400 for a
 * malformed request, 422 for a number that cannot be texted, 429 for too much of anything, 503 where the
 * provider sent nothing.
 */
const statuses = {
  challenge_sent: 401,
  first_factor_required: 401,
  first_factor_expired: 401,
  second_factor_required: 401,
  challenge_not_found: 401,
  challenge_expired: 401,
  challenge_used: 401,
  delivery_unknown: 401,
  code_malformed: 400,
  code_incorrect: 401,
  method_not_allowed: 405,
  too_many_attempts: 429,
  user_locked: 429,
  resend_too_soon: 429,
  send_limit_reached: 429,
  destination_missing: 422,
  destination_unusable: 422,
  code_not_sent: 503,
  transaction_mismatch: 401,
  transaction_unusable: 400,
  user_changed: 401,
  account_unavailable: 401,
} as const;

/** Stable: for programs. */
export type RefusalCode = keyof typeof statuses;

/** A refusal before it is put into words. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly challenge?: ChallengeInfo;
  readonly attemptsRemaining?: number;
  /** Seconds. */
  readonly retryAfter?: number;
  /** With `second_factor_required`: the seconds that may have passed since the code. */
  readonly maxAge?: number;
  /** With `transaction_unusable`: which value cannot be shown in an SMS, and why. */
  readonly problem?: TransactionProblem;
}

/** What `fail(info, status)` hands to the app. */
export interface RefusalInfo extends Refusal {
  /** For people, in their language. */
  readonly message: string;
}

/** What `success(user, info)` hands to the app after a code. */
export interface VerifiedInfo {
  readonly code: 'verified';
  readonly purpose: Purpose;
  /** RFC 8176: more than one factor, one of them a text message. */
  readonly amr: readonly ['mfa', 'sms'];
  /**
   * When the code was verified. Not for a token where `transaction` is there: a code that approved a
   * transaction is no fresh second factor for anything else.
   */
  readonly verifiedAt: Date;
  /** With `enrol`: the number that was proved, in full. Save this one and no other. */
  readonly destination?: string;
  /** What was approved, where the route binds a transaction. */
  readonly transaction?: Transaction;
}

/**
 * What it hands to the app where a trusted device took the place of the code: nothing was proved now,
 * so there is no `sms` in `amr` and no time.
 */
export interface TrustedDeviceInfo {
  readonly code: 'trusted_device';
  readonly purpose: 'login';
  readonly amr: readonly [];
}

/**
 * Every way a phase can end. `handle` says what the client holds from now on: a text is the new
 * one, null means none, absent means that nothing changes.
 */
export type Outcome<TUser> =
  | { readonly kind: 'challenged'; readonly challenge: ChallengeInfo; readonly handle: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly handle?: null }
  /** The verify callback gave no user; its own info goes to the app. */
  | { readonly kind: 'no_user'; readonly info: unknown; readonly handle: null }
  | {
      readonly kind: 'verified';
      readonly user: TUser;
      readonly info: VerifiedInfo | TrustedDeviceInfo;
      readonly handle: null;
    }
  | { readonly kind: 'broken'; readonly error: Error; readonly handle?: string | null };

/** The HTTP status of a refusal; 401 for a code that a verify callback gave. */
export function statusOf({ code }: { readonly code: string }): number {
  return isRefusalCode(code) ? statuses[code] : 401;
}

/** All of them. */
export const refusalCodes = Object.keys(statuses).filter(isRefusalCode);

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(statuses, code);
}

/** Ends a phase in a refusal. */
export function refuse(
  code: RefusalCode,
  detail: Omit<Refusal, 'code'> = {},
): Extract<Outcome<never>, { kind: 'refused' }> {
  return { kind: 'refused', refusal: { code, ...detail } };
}

/** `retryAfter` where there is one. */
export function retryIn(retryAfter: number | undefined): Pick<Refusal, 'retryAfter'> {
  return retryAfter === undefined ? {} : { retryAfter };
}
