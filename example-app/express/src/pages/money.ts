import { inDollars } from '../money.js';
import type { Payment } from '../payments.js';
import type { Words } from '../words/words.js';
import type { Detail } from './views.js';

/** 1250 → '12.50 NZD', with a no-break space. */
export function money(cents: number): string {
  return `${inDollars(cents)}\u00a0NZD`;
}

/** Amount and payee. */
export function detailsOf({ payee, amount }: Payment, { payments }: Words): readonly Detail[] {
  return [
    { term: payments.detailAmount, text: money(amount) },
    { term: payments.detailPayee, text: payee },
  ];
}
