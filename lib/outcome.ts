import type { Binding } from './binding.js';
import type { ChallengeInfo, Purpose } from './challenge.js';

/**
 * Every refusal: the HTTP status it ends in, and the words for people. 401 where a new start or
 * another code helps, 400 for a malformed request, 422 for a number that cannot be texted, 429 for
 * too much of anything.
 */
export const refusals = {
  challenge_sent: { status: 401, message: 'We have sent you a code. Enter it to go on.' },
  first_factor_required: { status: 401, message: 'Log in with your password first.' },
  first_factor_expired: {
    status: 401,
    message: 'Too much time has passed since you entered your password. Log in again.',
  },
  challenge_missing: { status: 401, message: 'There is no code to check. Log in again.' },
  challenge_expired: { status: 401, message: 'This code has expired. Ask for a new one.' },
  challenge_used: { status: 401, message: 'This code can no longer be used. Log in again.' },
  challenge_unconfirmed: {
    status: 401,
    message: 'We could not confirm that a code was sent. Ask for a new one.',
  },
  code_malformed: { status: 400, message: 'That is not a code. Enter it as it was sent to you.' },
  code_rejected: { status: 401, message: 'That code is not right.' },
  method_not_allowed: { status: 405, message: 'A code can only be asked for by a POST request.' },
  too_many_attempts: { status: 429, message: 'Too many wrong codes. Log in again.' },
  user_locked: { status: 429, message: 'Too many wrong codes. Try again later.' },
  too_many_challenges: {
    status: 429,
    message: 'Wait before you ask for another code.',
  },
  destination_unusable: {
    status: 422,
    message: 'We cannot send a code to the number that we have for you.',
  },
  binding_mismatch: {
    status: 401,
    message: 'This code was sent for something else. Start again.',
  },
  user_changed: { status: 401, message: 'Your account has changed. Start again.' },
  user_missing: { status: 401, message: 'This account cannot be used. Log in again.' },
} as const satisfies Readonly<Record<string, { status: number; message: string }>>;

/** Stable: for programs. */
export type RefusalCode = keyof typeof refusals;

/** What `fail(info, status)` hands to the app. */
export interface RefusalInfo {
  readonly code: RefusalCode;
  /** For people. */
  readonly message: string;
  readonly challenge?: ChallengeInfo;
  readonly attemptsRemaining?: number;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** What `success(user, info)` hands to the app. */
export interface VerifiedInfo {
  readonly code: 'verified';
  readonly purpose: Purpose;
  /** RFC 8176: more than one factor, one of them a text message. */
  readonly amr: readonly ['mfa', 'sms'];
  readonly verifiedAt: Date;
  /** What was approved, where the route binds a transaction. */
  readonly binding?: Binding;
}

/**
 * Every way a phase can end. `pointer` says what the client holds from now on: a text is the new
 * one, null means none, absent means that nothing changes.
 */
export type Outcome<TUser> =
  | { readonly kind: 'challenged'; readonly challenge: ChallengeInfo; readonly pointer: string }
  | { readonly kind: 'refused'; readonly refusal: RefusalInfo; readonly pointer?: null }
  /** The verify callback gave no user; its own info goes to the app. */
  | { readonly kind: 'no_user'; readonly info: unknown; readonly pointer: null }
  | {
      readonly kind: 'verified';
      readonly user: TUser;
      readonly info: VerifiedInfo;
      readonly pointer: null;
    }
  | { readonly kind: 'broken'; readonly error: Error; readonly pointer?: string | null };

/** A refusal with its words and whatever else applies. */
export function refusalOf(
  code: RefusalCode,
  detail: Omit<RefusalInfo, 'code' | 'message'> = {},
): RefusalInfo {
  return { code, message: refusals[code].message, ...detail };
}

/** The HTTP status of a refusal; 401 for a code that a verify callback gave. */
export function statusOf({ code }: { readonly code: string }): number {
  return isRefusalCode(code) ? refusals[code].status : 401;
}

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(refusals, code);
}

/** Ends a phase in a refusal. */
export function refuse(
  code: RefusalCode,
  detail: Omit<RefusalInfo, 'code' | 'message'> = {},
): Extract<Outcome<never>, { kind: 'refused' }> {
  return { kind: 'refused', refusal: refusalOf(code, detail) };
}

/** `retryAfter` where there is one. */
export function retryIn(retryAfter: number | undefined): Pick<RefusalInfo, 'retryAfter'> {
  return retryAfter === undefined ? {} : { retryAfter };
}
