import { inDollars } from '../money.js';
import type { Payment } from '../payments.js';
import type { AppUser } from '../users.js';

/** The number is masked: an answer can end up in a log or on a screen that others see. */
export function shown({ id, username, mobile }: AppUser) {
  return { id, username, mobile: `•••••${mobile.slice(-2)}` };
}

/** The amount is a text, as it was posted: in a number a cent can get lost. */
export function shownPayment({ id, payee, amount, state }: Payment) {
  return { id, payee, amount: inDollars(amount), state };
}
