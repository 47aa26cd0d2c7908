import type { RefusalCode } from '../outcome.js';

/** What users read, in one language. */
export interface Language {
  /** As BCP 47 writes it. */
  readonly locale: string;
  readonly refusals: Readonly<Record<RefusalCode, string>>;
  /** The SMS, where the app sets no `content` and the provider's own text will not do. */
  readonly message: string;
  /** The SMS of a code that approves something. */
  approval(what: string): string;
}

export const english: Language = {
  locale: 'en',
  refusals: {
    challenge_sent: 'We have sent you a code. Enter it to go on.',
    first_factor_required: 'Log in with your password first.',
    first_factor_expired: 'Too much time has passed. Start again.',
    second_factor_required: 'Confirm with a code that it is you.',
    challenge_not_found: 'There is no code to check. Start again.',
    challenge_expired: 'This code has expired. Ask for a new one.',
    challenge_used: 'This code can no longer be used. Start again.',
    delivery_unknown: 'We could not confirm that a code was sent. Ask for a new one.',
    code_malformed: 'That is not a code. Enter it as it was sent to you.',
    code_incorrect: 'That code is not right.',
    method_not_allowed: 'A code can only be asked for by a POST request.',
    too_many_attempts: 'Too many wrong codes. Start again.',
    user_locked: 'Too many wrong codes. Try again later.',
    resend_too_soon: 'Please wait before requesting another code.',
    send_limit_reached: 'You have requested too many codes. Please try again later.',
    destination_missing: 'There is no phone number on your account.',
    destination_unusable: 'We cannot send a code to the number that we have for you.',
    code_not_sent: 'We could not send a code. Please try again later.',
    transaction_mismatch: 'This code was sent for something else. Start again.',
    transaction_unusable:
      "We can't show these details in a text message. Check them for unusual characters.",
    user_changed: 'Your account has changed. Start again.',
    account_unavailable: 'This account cannot be used.',
  },
  message: 'Your code is %(code)s. Tell it to nobody.',
  approval: (what) => `Your code is %(code)s. It approves: ${what}`,
};
