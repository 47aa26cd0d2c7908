import type { RefusalCode, RefusalInfo } from 'passport-modica-2fa';
import { inWords, plural } from '../waiting.js';

/** After these the same challenge can still be answered or sent again. */
const anotherTryHelps: ReadonlySet<RefusalCode> = new Set([
  'challenge_expired',
  'challenge_unconfirmed',
  'code_malformed',
  'code_rejected',
  'too_many_challenges',
]);

/** Whether the page for the code still has something to do. */
export function canTryAgain({ code, attemptsRemaining }: RefusalInfo): boolean {
  return anotherTryHelps.has(code) && attemptsRemaining !== 0;
}

/** Whether it was what somebody typed that was refused. */
export function isAboutTheCode({ code }: RefusalInfo): boolean {
  return code === 'code_rejected' || code === 'code_malformed';
}

/** How a page puts refusals that the library puts in words for a login. */
export interface Wording {
  /** What helps when the attempts are spent. */
  readonly startAgain: string;
  readonly words: Readonly<Partial<Record<RefusalCode, string>>>;
}

const ofLogin: Wording = { startAgain: 'Log in again.', words: {} };

/** Whoever is logged in already has nothing to gain from another login. */
export const beyondLogin: Wording = {
  startAgain: 'Ask for a new code.',
  words: {
    first_factor_expired: 'Too much time has passed since the first code. Ask for a new one.',
    challenge_missing: 'There is no code to check. Ask for a new one.',
    challenge_used: 'This code can no longer be used. Ask for a new one.',
    too_many_attempts: 'Too many wrong codes. Ask for a new one.',
    binding_mismatch: 'This code was sent for something else. Ask for a new one.',
    user_changed: 'Your account has changed since this code was sent. Ask for a new one.',
  },
};

export const ofPayment: Wording = {
  ...beyondLogin,
  words: {
    ...beyondLogin.words,
    binding_mismatch:
      'Nothing was paid: the code was sent for another payment, or for this one before it was changed. Check the amount and the payee, and ask for a new code.',
  },
};

export const ofNewNumber: Wording = {
  ...beyondLogin,
  words: {
    ...beyondLogin.words,
    destination_unusable: 'We cannot send a code to this number. Enter another one.',
    user_changed: 'This code was sent to another number. Enter the number again.',
  },
};

/** A refusal in plain words, with all the numbers that help. */
export function explain(
  { code, message, attemptsRemaining, retryAfter }: RefusalInfo,
  { startAgain, words }: Wording = ofLogin,
): string {
  const said = words[code] ?? message;
  if (code === 'code_rejected' && attemptsRemaining !== undefined) {
    return attemptsRemaining === 0
      ? `${said} No attempts left. ${startAgain}`
      : `${said} ${attemptsLeft(attemptsRemaining)}.`;
  }
  if (retryAfter === undefined) return said;
  const time = inWords(retryAfter);
  switch (code) {
    case 'too_many_challenges':
      return `Wait ${time} before you ask for another code.`;
    case 'user_locked':
      return `Too many wrong codes. Try again in ${time}.`;
    default:
      return `${said} Try again in ${time}.`;
  }
}

export function attemptsLeft(count: number): string {
  return `${plural(count, 'attempt')} left`;
}
