import type { RefusalCode, RefusalInfo } from 'passport-modica-2fa';
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

/** The text of a refusal; what the user was doing can make it more precise than the library's own. */
export function explain(
  { code, message }: RefusalInfo,
  { refusals }: Words,
  occasion: Occasion,
): string {
  const better: Readonly<Partial<Record<RefusalCode, string>>> = refusals[occasion];
  return better[code] ?? message;
}
