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

/** Finds the payment that a path names, and lets a code confirm it. */
export function confirmationOf({ payments, activity }: ConfirmationParts) {
  /** Another user's payment is a 404 as well, so that no one can learn which ids exist. */
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

  /** Reads amount and payee from the draft, both when the code is sent and when it is entered. */
  const codeForPayment: TwoFactorRouteOptions = {
    purpose: 'step-up',
    transaction: (request) => approvalOf(ownDraft(request)),
  };

  /** Runs after the strategy: pays what the code approved. */
  function payApproved(request: Request): Payment {
    const { id } = userOf(request);
    const paid = payments.pay(id, approvedBy(request));
    if (paid) {
      activity.record(id, 'payment_approved');
      return paid;
    }
    // Another request has paid it, or changed it while the provider checked the code.
    ownDraft(request);
    throw new Problem(409, 'payment_changed', ({ paymentChanged }) => paymentChanged);
  }

  return { ownDraft, codeForPayment, payApproved };
}
