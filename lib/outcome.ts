// Every way a phase can end.
import type { ChallengeInfo, Purpose } from './challenge/challenge.js';
import type { Transaction } from './challenge/transaction.js';
import type { Refusal, RefusalCode } from './refusal.js';

/** How a second factor was proved: a code in an SMS, a code in a call, or a recovery code. */
export type VerificationMethod = VerifiedInfo['method'];

/**
 * The info that `success(user, info)` passes to the app after a correct code. `VerifiedInfo<'enrol'>` is that of a
 * route for new numbers, and has the `destination`.
 */
export type VerifiedInfo<TPurpose extends Purpose = Purpose> = Verified &
  VerifiedFactor &
  (TPurpose extends 'enrol' ? ProvedNumber : NoNumber);

/**
 * `amr` is RFC 8176's: multiple factors, one of them an SMS or a call. It has no value for look-up secrets such as
 * recovery codes.
 */
type VerifiedFactor =
  | {
      readonly method: 'sms';
      readonly amr: readonly ['mfa', 'sms'];
      readonly recoveryCodesRemaining?: never;
    }
  | {
      readonly method: 'call';
      readonly amr: readonly ['mfa', 'tel'];
      readonly recoveryCodesRemaining?: never;
    }
  | {
      readonly method: 'recovery_code';
      readonly amr: readonly ['mfa'];
      /** How many unused ones are left. Offer new ones when there are few. */
      readonly recoveryCodesRemaining: number;
    };

interface Verified {
  readonly code: 'verified';
  /**
   * When the code was verified. Don't put it into a token when `transaction` is set: a code that approved
   * a transaction is not a fresh second factor for anything else.
   */
  readonly verifiedAt: Date;
  /** The approved transaction, where the route has one: what its option returned, normalised. */
  readonly transaction?: Transaction;
}

interface ProvedNumber {
  readonly purpose: 'enrol';
  /** With `purpose: 'enrol'`: the full number that was proved. Save this one. */
  readonly destination: string;
  /**
   * With `purpose: 'enrol'`: true if the user had no number before. The code then counts as a second factor
   * (`recordSecondFactor`), and there was none that could have confirmed the new number. Two sessions can prove
   * one each at the same time: log the session out whose number you do not save.
   */
  readonly firstNumber?: true;
}

interface NoNumber {
  readonly purpose: Exclude<Purpose, 'enrol'>;
  readonly destination?: never;
  readonly firstNumber?: never;
}

/**
 * The info after a login that needed no second factor, according to the option `required`. No code was
 * verified, so `amr` is empty and there is no time.
 */
export interface NotRequiredInfo {
  readonly code: 'not_required';
  readonly purpose: 'login';
  readonly amr: readonly [];
}

/**
 * The info after a login from a trusted device, which replaced the code. No code was verified, so
 * `amr` is empty and there is no time.
 */
export interface TrustedDeviceInfo {
  readonly code: 'trusted_device';
  readonly purpose: 'login';
  readonly amr: readonly [];
}

/** The info of every success. */
export type SuccessInfo = VerifiedInfo | TrustedDeviceInfo | NotRequiredInfo;

/**
 * Every way a phase can end. `handle` is what the client holds from now on: a string is the new one, null
 * means none, and absent means no change.
 */
export type Outcome<TUser> =
  | { readonly kind: 'challenged'; readonly challenge: ChallengeInfo; readonly handle: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly handle?: null }
  /** The verify callback returned no user; its own info goes to the app. */
  | { readonly kind: 'no_user'; readonly info: unknown; readonly handle: null }
  | {
      readonly kind: 'verified';
      readonly user: TUser;
      readonly info: SuccessInfo;
      readonly handle: null;
    }
  | { readonly kind: 'broken'; readonly error: Error; readonly handle?: string | null };

export type Refused = Extract<Outcome<never>, { kind: 'refused' }>;

/** Ends a phase in a refusal. */
export function refuse(code: RefusalCode, detail: Omit<Refusal, 'code'> = {}): Refused {
  return { kind: 'refused', refusal: { code, ...detail } };
}
