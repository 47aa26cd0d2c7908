import type { Refusal, RefusalCode } from '../refusal.js';
import { durationText } from './durations.js';

/** The text of a refusal for the user; a function where it includes a time or a count. */
export type RefusalText = string | ((refusal: Refusal) => string);

/** Everything that users read, in one language. */
export interface Language {
  /** A BCP 47 language tag. */
  readonly locale: string;
  readonly refusals: Readonly<Record<RefusalCode, RefusalText>>;
  /** The SMS, where the app sets no `content` and the provider's own text cannot be used. */
  readonly message: string;
  /** The SMS of a code that approves a transaction. */
  approval(transaction: string): string;
}

export const english: Language = {
  locale: 'en',
  refusals: {
    challenge_sent: ({ challenge }) => `${sent(challenge)} Enter it to continue.`,
    first_factor_required: 'Please log in with your password first.',
    first_factor_expired: 'This request has timed out. Please start again.',
    second_factor_required: "Confirm it's you by entering a code.",
    challenge_not_found: 'There is no code to enter. Please start again.',
    challenge_expired: 'This code has expired. Please request a new one.',
    challenge_used: 'This code can no longer be used. Please start again.',
    delivery_unknown: 'We could not confirm that your code was sent. Please request a new one.',
    code_malformed: 'Enter the code from the message.',
    code_incorrect: ({ attemptsRemaining }) =>
      ['That code is incorrect.', ...attemptsLeft(attemptsRemaining)].join(' '),
    recovery_code_incorrect: ({ attemptsRemaining }) =>
      ['That recovery code is incorrect.', ...attemptsLeft(attemptsRemaining)].join(' '),
    method_not_allowed: 'A code can only be requested with a POST request.',
    too_many_attempts: 'Too many incorrect codes. Please start again.',
    user_locked: ({ retryAfter }) =>
      `Too many incorrect codes. Please try again ${when(retryAfter)}.`,
    resend_too_soon: ({ retryAfter }) =>
      retryAfter === undefined
        ? 'Please wait before requesting another code.'
        : `Please wait ${durationText(retryAfter, 'en')} before requesting another code.`,
    call_unavailable: 'We cannot call you with a code. Please request a text message instead.',
    channel_unknown: 'We cannot send a code that way. Please request a text message instead.',
    send_limit_reached: ({ retryAfter }) =>
      `Too many codes have been requested. Please try again ${when(retryAfter)}.`,
    destination_missing: 'There is no phone number on your account.',
    destination_unusable: 'We cannot send codes to your phone number.',
    code_not_sent: 'We could not send a code. Please try again later.',
    transaction_mismatch: 'This code was sent for another transaction. Please start again.',
    transaction_unusable:
      'We cannot show these details in a text message. Please check them for unusual characters.',
    user_changed: 'Your account details have changed. Please start again.',
    account_unavailable: 'This account is not available.',
  },
  message: "Your code is %(code)s. Don't share it with anyone.",
  approval: (transaction) => `Your code is %(code)s. It approves: ${transaction}`,
};

function sent(challenge: Refusal['challenge']): string {
  if (challenge?.channel !== 'call') return 'We have sent a code to your phone.';
  return challenge.reused
    ? 'We have called your phone with a code.'
    : 'We are calling your phone with a code.';
}

function attemptsLeft(attempts: number | undefined): readonly string[] {
  if (attempts === undefined) return [];
  if (attempts === 0) return ['No attempts left. Please start again.'];
  return [`${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} left.`];
}

function when(retryAfter: number | undefined): string {
  return retryAfter === undefined ? 'later' : `in ${durationText(retryAfter, 'en')}`;
}
