import type { RefusalCode, RefusalInfo } from 'passport-modica-2fa';
import type { Words } from '../words/words.js';

/** After these the challenge can still be answered or sent again. */
const retryable: ReadonlySet<RefusalCode> = new Set([
  'challenge_expired',
  'delivery_unknown',
  'code_malformed',
  'code_incorrect',
  'recovery_code_incorrect',
  'resend_too_soon',
  'call_unavailable',
  'channel_unknown',
  'send_limit_reached',
]);

/** Whether the code page is still useful. */
export function canTryAgain({ code, attemptsRemaining }: RefusalInfo): boolean {
  return retryable.has(code) && attemptsRemaining !== 0;
}

/** The field whose content the refusal is about. */
export function fieldOf({ code }: RefusalInfo): 'code' | 'recoveryCode' | undefined {
  if (code === 'recovery_code_incorrect') return 'recoveryCode';
  return code === 'code_incorrect' || code === 'code_malformed' ? 'code' : undefined;
}

/** What the code was for. The app explains some refusals better than the library, which does not know. */
export type Occasion = 'login' | 'confirmation' | 'payment' | 'newNumber';

/** The text of a refusal: the app's own where it knows more than the library, or the library's. */
export function explain(
  { code, message }: RefusalInfo,
  { refusals }: Words,
  occasion: Occasion,
): string {
  const own: Readonly<Partial<Record<RefusalCode, string>>> = refusals[occasion];
  return own[code] ?? message;
}
