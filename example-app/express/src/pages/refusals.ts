import type { RefusalCode, RefusalInfo } from 'passport-modica-2fa';
import { inWords } from '../waiting.js';
import type { Words } from '../words/words.js';

/** After these the same challenge can still be answered or sent again. */
const anotherTryHelps: ReadonlySet<RefusalCode> = new Set([
  'challenge_expired',
  'delivery_unknown',
  'code_malformed',
  'code_incorrect',
  'resend_too_soon',
  'send_limit_reached',
]);

/** Whether the page for the code still has something to do. */
export function canTryAgain({ code, attemptsRemaining }: RefusalInfo): boolean {
  return anotherTryHelps.has(code) && attemptsRemaining !== 0;
}

/** Whether it was what somebody typed that was refused. */
export function isAboutTheCode({ code }: RefusalInfo): boolean {
  return code === 'code_incorrect' || code === 'code_malformed';
}

/** What a code was for: of some refusals a page can then say more than the library. */
export type Occasion = 'login' | 'confirmation' | 'payment' | 'newNumber';

/** A refusal in plain words, with all the numbers that help. */
export function explain(
  { code, message, attemptsRemaining, retryAfter }: RefusalInfo,
  { refusals, code: codePage, locale }: Words,
  occasion: Occasion,
): string {
  const better: Readonly<Partial<Record<RefusalCode, string>>> = refusals[occasion];
  const said = better[code] ?? message;
  if (code === 'code_incorrect' && attemptsRemaining !== undefined) {
    return attemptsRemaining === 0
      ? `${said} ${refusals.noAttemptsLeft}`
      : `${said} ${codePage.attemptsLeft(attemptsRemaining)}.`;
  }
  if (retryAfter === undefined) return said;
  const time = inWords(retryAfter, locale);
  switch (code) {
    case 'resend_too_soon':
    case 'send_limit_reached':
      return refusals.wait(time);
    case 'user_locked':
      return refusals.locked(time);
    default:
      return `${said} ${refusals.tryAgain(time)}`;
  }
}
