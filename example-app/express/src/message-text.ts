import type { MessageContext } from 'passport-modica-2fa';
import { shownApproval } from './approval.js';
import { wordsIn } from './language.js';
import type { AppUser } from './users.js';

/**
 * The placeholders of a provider's template for the text around the code, in order. With `originBoundTo`
 * the last line of the SMS repeats the code, so there is one more.
 */
export function templateNames(originBoundTo: string | undefined): readonly string[] {
  return originBoundTo === undefined ? ['before', 'after'] : ['before', 'between', 'after'];
}

/**
 * The SMS in the user's language. The library's own text would show the names within a transaction
 * ('pay', 'reference', 'to') in English.
 */
export function messageText({ locale, transaction }: MessageContext<AppUser>): string {
  const { sms } = wordsIn(locale);
  if (transaction === undefined) return sms.code;
  const { pay, reference, to } = shownApproval.parse(transaction);
  return sms.approval(pay, reference, to);
}
