import type { Request } from 'express';
import type { TwoFactorRouteOptions } from 'passport-modica-2fa';
import { z } from 'zod';
import type { Activity } from './activity.js';
import { approvalOf, approvedBy } from './approval.js';
import { userOf } from './authentication.js';
import type { Payment, Payments } from './payments.js';
import { Problem } from './problems.js';

const idSchema = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

export interface ConfirmationParts {
  readonly payments: Payments;
  readonly activity: Activity;
}

/** The payment that a path names, and the code that confirms it. */
export function confirmationOf({ payments, activity }: ConfirmationParts) {
  /** Somebody else's is as good as none, so that nobody learns which there are. */
  function ownPayment(request: Request): Payment {
    const { data: id } = idSchema.safeParse(request.params['id']);
    const payment = id === undefined ? undefined : payments.find(userOf(request).id, id);
    if (!payment) throw new Problem(404, 'not_found', ({ noPayment }) => noPayment);
    return payment;
  }

  function ownDraft(request: Request): Payment {
    const payment = ownPayment(request);
    if (payment.state === 'draft') return payment;
    throw new Problem(409, 'payment_paid', ({ paymentPaid }) => paymentPaid);
  }

  /** The code is for this amount and this payee, as the draft has them when it is sent and when it is entered. */
  const codeForPayment: TwoFactorRouteOptions = {
    purpose: 'step-up',
    transaction: (request) => approvalOf(ownDraft(request)),
  };

  /** Behind the strategy: pays what the code has approved. */
  function payApproved(request: Request): Payment {
    const { id } = userOf(request);
    const paid = payments.pay(id, approvedBy(request));
    if (paid) {
      activity.note(id, 'payment_approved');
      return paid;
    }
    // Paid by another request, or changed while the provider was asked.
    ownDraft(request);
    throw new Problem(409, 'payment_changed', ({ paymentChanged }) => paymentChanged);
  }

  return { ownDraft, codeForPayment, payApproved };
}
