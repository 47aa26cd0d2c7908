import type { Request } from 'express';
import type { Transaction } from 'passport-modica-2fa';
import { z } from 'zod';
import { inCents, inDollars } from './money.js';
import type { Approval } from './payments.js';

/**
 * The transaction that a code for a payment approves: pay 12.50 NZD, reference 7, to Bakery. The
 * reference tells two drafts of the same amount and payee apart.
 */
export function approvalOf({ id, payee, amount }: Approval): Transaction {
  return { pay: `${inDollars(amount)} NZD`, reference: id, to: payee };
}

/** The same transaction as `content` gets it, with its strings safe for an SMS. */
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

/** What the code of this request approved, from the strategy and never from the body. */
export function approvedBy({ authInfo }: Request): Approval {
  const { pay, reference, to } = approvedSchema.parse(authInfo).transaction;
  return { id: reference, payee: to, amount: pay };
}
