import type { Request } from 'express';
import type { Transaction } from 'passport-modica-2fa';
import { z } from 'zod';
import { inCents, inDollars } from './money.js';
import type { Approval } from './payments.js';

/**
 * What a code for a payment approves, in the words of its SMS: 'pay 12.50 NZD, reference 7, to
 * Bakery'. The reference keeps two drafts of the same amount and payee apart.
 */
export function approvalOf({ id, payee, amount }: Approval): Transaction {
  return { pay: `${inDollars(amount)} NZD`, reference: id, to: payee };
}

/** The same as it comes back, its texts made harmless, to be put into an SMS. */
export const shownApproval = z.object({ pay: z.string(), reference: z.number(), to: z.string() });

const approvedSchema = z.object({
  transaction: z.object({
    pay: z
      .string()
      .regex(/^\d+\.\d\d NZD$/)
      .transform((text) => inCents(text.replace(' NZD', ''))),
    reference: z.number(),
    to: z.string(),
  }),
});

/** What the code of this request has approved: the strategy's word, and nobody else's. */
export function approvedBy({ authInfo }: Request): Approval {
  const { pay, reference, to } = approvedSchema.parse(authInfo).transaction;
  return { id: reference, payee: to, amount: pay };
}
