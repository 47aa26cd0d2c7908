import { inDollars } from '../money.js';
import type { Payment } from '../payments.js';
import type { AppUser } from '../users.js';

/** A user as clients see it. The number is masked: a response may end up in a log. */
export function shown({ id, username, mobile }: AppUser) {
  return { id, username, mobile: mobile === null ? null : `•••••${mobile.slice(-2)}` };
}

/** A payment as clients see it. The amount is a string, because a float can lose a cent. */
export function shownPayment({ id, payee, amount, state }: Payment) {
  return { id, payee, amount: inDollars(amount), state };
}
