import type { MessageContext } from 'passport-modica-2fa';
import { shownApproval } from './approval.js';
import { wordsIn } from './language.js';
import type { AppUser } from './users.js';

/**
 * What a template that is made beforehand calls the pieces of a text around the code, in their order. The
 * line for phones that fill the code in has it once more.
 */
export function templateNames(originBoundTo: string | undefined): readonly string[] {
  return originBoundTo === undefined ? ['before', 'after'] : ['before', 'between', 'after'];
}

/**
 * The SMS in the user's language. The library has texts of its own for it; but in them the names within
 * a transaction would stay English.
 */
export function messageText({ locale, transaction }: MessageContext<AppUser>): string {
  const { sms } = wordsIn(locale);
  if (transaction === undefined) return sms.code;
  const { pay, reference, to } = shownApproval.parse(transaction);
  return sms.approval(pay, reference, to);
}
