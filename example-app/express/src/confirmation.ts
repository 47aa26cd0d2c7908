import type { Request, RequestHandler } from 'express';
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
  async function ownPayment(request: Request): Promise<Payment> {
    const { data: id } = idSchema.safeParse(request.params['id']);
    const payment = id === undefined ? undefined : await payments.find(userOf(request).id, id);
    if (!payment) throw new Problem(404, 'not_found', ({ noPayment }) => noPayment);
    return payment;
  }

  async function ownDraft(request: Request): Promise<Payment> {
    const payment = await ownPayment(request);
    if (payment.state === 'draft') return payment;
    throw new Problem(409, 'payment_paid', ({ paymentPaid }) => paymentPaid);
  }

  /** Runs before the strategy, which asks for the transaction without waiting. */
  const findDraft: RequestHandler = async (request, _response, next) => {
    drafts.set(request, await ownDraft(request));
    next();
  };

  /** Has the amount and payee of the draft, both when the code is sent and when it is entered. */
  const codeForPayment: TwoFactorRouteOptions = {
    purpose: 'step-up',
    transaction: (request) => approvalOf(draftOf(request)),
  };

  /** Runs after the strategy: pays what the code approved. */
  async function payApproved(request: Request): Promise<Payment> {
    const { id } = userOf(request);
    const paid = await payments.pay(id, approvedBy(request));
    if (paid) {
      await activity.record(id, 'payment_approved');
      return paid;
    }
    // Another request has paid it, or changed it while the provider checked the code.
    await ownDraft(request);
    throw new Problem(409, 'payment_changed', ({ paymentChanged }) => paymentChanged);
  }

  return { findDraft, codeForPayment, payApproved };
}

const drafts = new WeakMap<Request, Payment>();

/** The draft that `findDraft` has found for this request. */
export function draftOf(request: Request): Payment {
  const draft = drafts.get(request);
  if (!draft) throw new Error('findDraft does not run before this handler');
  return draft;
}
