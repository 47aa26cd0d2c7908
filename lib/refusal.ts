// The refusals: every code with its properties, and the info that the app gets.
import type { ChallengeInfo } from './challenge/challenge.js';
import type { TransactionProblem } from './challenge/transaction.js';

/** Names from OWASP's Logging Vocabulary Cheat Sheet. */
export type OwaspEvent =
  | 'authn_login_fail'
  | 'authn_login_fail_max'
  | 'authn_login_lock'
  | 'authn_token_reuse'
  | 'excess_rate_limit_exceeded'
  | 'input_validation_fail'
  | 'sequence_fail';

/** The properties of a refusal, wherever it occurs. */
interface RefusalFacts {
  /**
   * 401 where a new start or another code helps, 400 for a malformed request or one for an unavailable channel,
   * 422 for a number that cannot receive an SMS, 429 for an exceeded limit, 503 when the provider sent nothing.
   */
  readonly status: 400 | 401 | 405 | 422 | 429 | 503;
  /** The `owasp` of its event. */
  readonly owasp: OwaspEvent | undefined;
  /** Whether the challenge can be neither answered nor resent any more. */
  readonly isOver: boolean;
  /** Whether it would reveal to an attacker that a guessed id exists, or existed. */
  readonly revealsId: boolean;
}

/**
 * Every refusal. The reference in docs is made from these comments: the text is the cause, and `@hint` says what to do.
 */
export const refusals = {
  /**
   * A code was sent, or an earlier one is still valid (`challenge.reused`).
   * @hint Show the code page; `challengeRedirect` redirects to it instead of this refusal.
   */
  challenge_sent: { status: 401, owasp: undefined, isOver: false, revealsId: false },
  /**
   * The request has no user, because no first factor was passed.
   * @hint Run the strategy of the first factor before this one, and send users who are not logged in to the login.
   */
  first_factor_required: { status: 401, owasp: 'sequence_fail', isOver: false, revealsId: false },
  /**
   * The first factor was passed longer than `limits.firstFactorMaxAge` ago; in a step-up or an enrolment, its code was
   * requested that long ago.
   * @hint Let the user start again: with the password, or in a step-up or an enrolment with a new request for a code.
   */
  first_factor_expired: { status: 401, owasp: 'sequence_fail', isOver: true, revealsId: false },
  /**
   * A guard requires a second factor, or a more recent one (RFC 9470).
   * @hint Send the user to a page that requests a code with `purpose: 'step-up'`. `maxAge` says how old the code may
   * be, in seconds.
   */
  second_factor_required: { status: 401, owasp: undefined, isOver: false, revealsId: false },
  /**
   * This client has no pending challenge, or it no longer exists. With `state: 'client'`, this is also the code for an
   * id that has expired, was used or belongs to another user, because the client must not learn whether a guessed id
   * exists.
   * @hint Let the user start again. With `state: 'client'`, offer a resend first if `challenge.expiresAt` has passed:
   * it works until `limits.firstFactorMaxAge`.
   */
  challenge_not_found: { status: 401, owasp: 'sequence_fail', isOver: true, revealsId: false },
  /**
   * The code's lifetime is over. With `state: 'client'` the client gets `challenge_not_found` instead.
   * @hint Show the code page again: a resend sends another code.
   */
  challenge_expired: { status: 401, owasp: 'authn_login_fail', isOver: false, revealsId: true },
  /**
   * The challenge was used, voided or cancelled. With `state: 'client'` the client gets `challenge_not_found` instead.
   * @hint Let the user start again.
   */
  challenge_used: { status: 401, owasp: 'authn_token_reuse', isOver: true, revealsId: true },
  /**
   * The provider's answer to the message was lost, so no code can be checked.
   * @hint Show the code page again: a resend sends another code.
   */
  delivery_unknown: { status: 401, owasp: 'sequence_fail', isOver: false, revealsId: false },
  /**
   * The posted code is not a string that matches `codePattern`, after removing spaces, dashes and invisible
   * characters and converting digits of any script. Or a recovery code was posted together with a code or a resend,
   * or for a transaction or a new number, where none is accepted. Nothing was counted or sent.
   * @hint Show the code page again.
   */
  code_malformed: { status: 400, owasp: 'input_validation_fail', isOver: false, revealsId: false },
  /**
   * The provider rejected the code; `attemptsRemaining` says how many attempts are left.
   * @hint Show the code page again, or the login when no attempts are left.
   */
  code_incorrect: { status: 401, owasp: 'authn_login_fail', isOver: false, revealsId: false },
  /**
   * The recovery code is incorrect, used, another user's or malformed. `attemptsRemaining` says how many attempts are
   * left if it was counted.
   * @hint Show the page again, or the login when no attempts are left.
   */
  recovery_code_incorrect: {
    status: 401,
    owasp: 'authn_login_fail',
    isOver: false,
    revealsId: false,
  },
  /**
   * A code was requested with GET or another safe method.
   * @hint Request codes with a POST.
   */
  method_not_allowed: { status: 405, owasp: undefined, isOver: false, revealsId: false },
  /**
   * The challenge has no attempts left.
   * @hint Let the user start again.
   */
  too_many_attempts: {
    status: 429,
    owasp: 'authn_login_fail_max',
    isOver: false,
    revealsId: false,
  },
  /**
   * Too many failed attempts: the user is locked for `retryAfter` seconds, or until `unlock` if it is not set.
   * @hint Let the user wait. Support staff who know the user can call `strategy.unlock(userId)`.
   */
  user_locked: { status: 429, owasp: 'authn_login_lock', isOver: false, revealsId: false },
  /**
   * Another code was requested within `limits.resendCooldown`; `retryAfter` says for how many more seconds.
   * @hint Show the code page again: an earlier code may still arrive.
   */
  resend_too_soon: {
    status: 429,
    owasp: 'excess_rate_limit_exceeded',
    isOver: false,
    revealsId: false,
  },
  /**
   * A call was requested (`voice`), and no provider of the strategy makes calls; nothing was sent or counted.
   * @hint Show the code page again, and offer calls only with a provider that makes them.
   */
  call_unavailable: { status: 400, owasp: undefined, isOver: false, revealsId: false },
  /**
   * The resend field has a value that names neither an SMS (`1`, `true`, `sms`) nor a call (`voice`); nothing was
   * sent or counted. Email is not offered, because NIST SP 800-63B-4 does not accept it for out-of-band codes.
   * @hint Correct the form or the client.
   */
  channel_unknown: {
    status: 400,
    owasp: 'input_validation_fail',
    isOver: false,
    revealsId: false,
  },
  /**
   * Too many messages were requested for the number, by the user, from the IP address or in total (a limit such as
   * `limits.sendsPerHour`), or the provider's own limit was reached. `retryAfter` says how many seconds to wait, if
   * that is known.
   * @hint Let the user wait. If it is frequent, look for an attack before you raise a limit.
   */
  send_limit_reached: {
    status: 429,
    owasp: 'excess_rate_limit_exceeded',
    isOver: false,
    revealsId: false,
  },
  /**
   * The option `destination` returned no number for this user.
   * @hint Let the user add one with `purpose: 'enrol'`. With `required`, users without a number can log in.
   */
  destination_missing: { status: 422, owasp: undefined, isOver: false, revealsId: false },
  /**
   * The number is not E.164, not among the allowed prefixes, or refused by the provider.
   * @hint Let the user change it. The event `destination_unusable` has the reason.
   */
  destination_unusable: { status: 422, owasp: undefined, isOver: false, revealsId: false },
  /**
   * The provider did not send the message, for a reason unrelated to the user; nothing was counted.
   * @hint Let the user try again later. The event `provider_error_unmapped` has the provider's reason.
   */
  code_not_sent: { status: 503, owasp: undefined, isOver: false, revealsId: false },
  /**
   * The code was sent for another transaction, or for none. The challenge that the request claims to answer is
   * voided.
   * @hint Let the user start the transaction again.
   */
  transaction_mismatch: { status: 401, owasp: 'sequence_fail', isOver: false, revealsId: false },
  /**
   * An SMS cannot show the transaction unchanged; `problem` has the name of the value and the reason. Nothing was
   * sent, counted or voided.
   * @hint Let the user correct the value, or return a shorter one from `transaction`.
   */
  transaction_unusable: {
    status: 400,
    owasp: 'input_validation_fail',
    isOver: false,
    revealsId: false,
  },
  /**
   * The user, the number or the password changed between the phases, and the challenge that the request claims to
   * answer is voided. With `state: 'client'` the client gets `challenge_not_found` instead.
   * @hint Let the user start again.
   */
  user_changed: { status: 401, owasp: 'sequence_fail', isOver: false, revealsId: true },
  /**
   * The verify callback returned no user. If it passes an info, that is merged into this one.
   * @hint Explain the reason in the `message` of the callback's info.
   */
  account_unavailable: { status: 401, owasp: 'authn_login_fail', isOver: false, revealsId: false },
} as const satisfies Readonly<Record<string, RefusalFacts>>;

/** The `code` of a refusal: stable, for programs. */
export type RefusalCode = keyof typeof refusals;

/** A refusal without its message for the user. */
export interface Refusal {
  readonly code: RefusalCode;
  /** The pending challenge, where the code page can still be used. */
  readonly challenge?: ChallengeInfo;
  /** How many more codes may be entered on this challenge. */
  readonly attemptsRemaining?: number;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number;
  /** With `second_factor_required`: the maximum age of the code, in seconds. */
  readonly maxAge?: number;
  /** With `transaction_unusable`: which value cannot be shown in an SMS, and why. */
  readonly problem?: TransactionProblem;
}

/** The info that `fail(info, status)` passes to the app. */
export interface RefusalInfo extends Refusal {
  /** For the user, in the user's language. */
  readonly message: string;
}

/** The HTTP status of a refusal; 401 for a code of the verify callback's own. */
export function statusOf({ code }: { readonly code: string }): number {
  return isRefusalCode(code) ? refusals[code].status : 401;
}

export const refusalCodes = Object.keys(refusals).filter(isRefusalCode);

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(refusals, code);
}

/** Whether the `info` in a custom callback is that of a refusal. */
export function isRefusal(info: unknown): info is RefusalInfo {
  return (
    typeof info === 'object' &&
    info !== null &&
    'code' in info &&
    typeof info.code === 'string' &&
    isRefusalCode(info.code)
  );
}

/** `retryAfter` where there is one. */
export function retryIn(retryAfter: number | undefined): Pick<Refusal, 'retryAfter'> {
  return retryAfter === undefined ? {} : { retryAfter };
}
