import type { MessageContext } from 'passport-modica-2fa';
import { shownApproval } from './approval.js';
import { wordsIn } from './language.js';
import type { AppUser } from './users.js';

/**
 * The SMS in the user's language. The library has texts of its own for it; but in them the names within
 * a binding would stay English.
 */
export function messageText({ locale, binding }: MessageContext<AppUser>): string {
  const { sms } = wordsIn(locale);
  if (binding === undefined) return sms.code;
  const { pay, reference, to } = shownApproval.parse(binding);
  return sms.approval(pay, reference, to);
}
