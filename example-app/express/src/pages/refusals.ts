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

/** A refusal in plain words, with all the numbers that help. */
export function explain({ code, message, attemptsRemaining, retryAfter }: RefusalInfo): string {
  if (code === 'code_rejected' && attemptsRemaining !== undefined) {
    return attemptsRemaining === 0
      ? `${message} No attempts left. Log in again.`
      : `${message} ${attemptsLeft(attemptsRemaining)}.`;
  }
  if (retryAfter === undefined) return message;
  const time = inWords(retryAfter);
  switch (code) {
    case 'too_many_challenges':
      return `Wait ${time} before you ask for another code.`;
    case 'user_locked':
      return `Too many wrong codes. Try again in ${time}.`;
    default:
      return `${message} Try again in ${time}.`;
  }
}

export function attemptsLeft(count: number): string {
  return `${plural(count, 'attempt')} left`;
}
