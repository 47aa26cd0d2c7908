import { type Request, type Response, Router } from 'express';
import { maskDestination } from 'passport-modica-2fa';
import { type Authentication, userOf } from '../authentication.js';
import { confirmationOf } from '../confirmation.js';
import { neverCached } from '../headers.js';
import { inDollars } from '../money.js';
import type { Payments } from '../payments.js';
import { onlyBy } from '../problems.js';
import { fieldErrors, orderSchema } from '../requests.js';
import { showCodeForm } from './code-form.js';
import { csrfToken, readForm, typedField } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { detailsOf, money } from './money.js';
import { leaveNotice, takeNotice } from './notice.js';
import { ofPayment } from './refusals.js';
import { announceResend, sayWhy, toTheCode } from './steps.js';
import { show } from './views.js';

export interface PaymentPageParts {
  readonly payments: Payments;
  readonly authentication: Authentication;
  readonly demo: boolean;
}

/** One payment: it can be changed until it is paid, and is paid by a code for what it then is. */
export function paymentPage({ payments, authentication, demo }: PaymentPageParts): Router {
  const { authenticator, secondFactor } = authentication;
  const { ownDraft, codeForPayment, payApproved } = confirmationOf(payments);
  const page = Router();

  page
    .route('/payments/:id')
    .all(neverCached, onlyLoggedIn)
    .get((request, response) => showForm(request, response))
    .post(...readForm, (request, response) => {
      const parsed = orderSchema.safeParse(request.body);
      if (!parsed.success) {
        showForm(request, response.status(400), fieldErrors(parsed.error));
        return;
      }
      const { id } = ownDraft(request);
      payments.change(userOf(request).id, id, parsed.data);
      response.redirect(303, `/payments/${id}/confirm`);
    })
    .all(onlyBy('GET', 'POST'));

  page
    .route('/payments/:id/confirm')
    .all(neverCached, onlyLoggedIn)
    .get((request, response) => {
      const payment = ownDraft(request);
      show(response, 'ask', {
        csrfToken: csrfToken(request),
        notice: takeNotice(request),
        title: 'Confirm the payment',
        text: 'You confirm it with a code for this amount and this payee. We send it to',
        destination: maskDestination(userOf(request).mobile),
        details: detailsOf(payment),
        action: `/payments/${payment.id}/confirm`,
        links: [
          { href: `/payments/${payment.id}`, text: 'Change it' },
          { href: '/payments', text: 'All payments' },
        ],
      });
    })
    .post(
      ...readForm,
      authenticator.authorize('modica-2fa', {
        ...codeForPayment,
        phase: 'challenge',
        failWithError: true,
      }),
      toTheCode(ofPayment),
    )
    .all(onlyBy('GET', 'POST'));

  page
    .route('/payments/:id/confirm/code')
    .all(neverCached, onlyLoggedIn)
    .get(async (request, response) => {
      const payment = ownDraft(request);
      const challenge = await secondFactor.pending(request, { purpose: 'step-up' });
      if (!challenge || challenge.attemptsRemaining === 0) {
        response.redirect(303, `/payments/${payment.id}/confirm`);
      } else {
        showCodeForm(request, response, challenge, {
          title: 'Confirm the payment',
          details: detailsOf(payment),
          action: `/payments/${payment.id}/confirm/code`,
          links: [
            { href: `/payments/${payment.id}`, text: 'Change it' },
            { href: `/payments/${payment.id}/confirm`, text: 'Start again' },
          ],
          demo,
        });
      }
    })
    .post(
      ...readForm,
      announceResend,
      authenticator.authorize('modica-2fa', {
        ...codeForPayment,
        phase: 'response',
        failWithError: true,
      }),
      pay,
      sayWhy(ofPayment),
    )
    .all(onlyBy('GET', 'POST'));

  function pay(request: Request, response: Response): void {
    const { amount, payee } = payApproved(request);
    leaveNotice(request, { kind: 'status', text: `Paid: ${money(amount)} to ${payee}.` });
    response.redirect(303, '/payments');
  }

  function showForm(
    request: Request,
    response: Response,
    errors: Readonly<Record<string, string>> = {},
  ): void {
    const { id, payee, amount } = ownDraft(request);
    const typed = {
      payee: typedField(request.body, 'payee', errors),
      amount: typedField(request.body, 'amount', errors),
    };
    show(response, 'payment', {
      csrfToken: csrfToken(request),
      id,
      payee: { ...typed.payee, value: typed.payee.value ?? payee },
      amount: { ...typed.amount, value: typed.amount.value ?? inDollars(amount) },
    });
  }

  return page;
}
