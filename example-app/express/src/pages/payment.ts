import { type Request, type Response, Router } from 'express';
import { approvalOf } from '../approval.js';
import { type Authentication, userOf } from '../authentication.js';
import { type ConfirmationParts, confirmationOf, draftOf } from '../confirmation.js';
import { neverCached } from '../headers.js';
import { inEachLanguage, wordsOf } from '../language.js';
import { inDollars } from '../money.js';
import { onlyBy } from '../problems.js';
import { fieldErrors, orderSchema } from '../requests.js';
import { onlyEnrolled, shownNumber } from '../second-factor.js';
import { showCodeForm } from './code-form.js';
import { csrfToken, readForm, typedField } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { detailsOf, money } from './money.js';
import { leaveNotice, takeNotice } from './notice.js';
import { announceResend, explainRefusal, goToCodePage } from './steps.js';
import { show } from './views.js';

export interface PaymentPageParts extends ConfirmationParts {
  readonly authentication: Authentication;
  readonly demo: boolean;
}

/** One payment: can be changed until it is paid, and is confirmed with a code for its amount and payee. */
export function paymentPage(parts: PaymentPageParts): Router {
  const { payments, authentication, demo } = parts;
  const { authenticator, secondFactor } = authentication;
  const { findDraft, codeForPayment, payApproved } = confirmationOf(parts);
  const schema = inEachLanguage(({ fields }) => orderSchema(fields));
  const page = Router();

  page
    .route('/payments/:id')
    .all(neverCached, onlyLoggedIn, onlyEnrolled, findDraft)
    .get((request, response) => showForm(request, response))
    .post(...readForm, async (request, response) => {
      const parsed = schema(request).safeParse(request.body);
      if (!parsed.success) {
        showForm(request, response.status(400), fieldErrors(parsed.error));
        return;
      }
      const { id } = draftOf(request);
      await payments.change(userOf(request).id, id, parsed.data);
      response.redirect(303, `/payments/${id}/confirm`);
    })
    .all(onlyBy('GET', 'POST'));

  page
    .route('/payments/:id/confirm')
    .all(neverCached, onlyLoggedIn, onlyEnrolled, findDraft)
    .get((request, response) => {
      const payment = draftOf(request);
      const words = wordsOf(request).payments;
      show(response, 'ask', {
        csrfToken: csrfToken(request),
        notice: takeNotice(request),
        title: words.confirmTitle,
        text: words.confirmText,
        destination: shownNumber(request),
        details: detailsOf(payment, wordsOf(request)),
        action: `/payments/${payment.id}/confirm`,
        links: [
          { href: `/payments/${payment.id}`, text: words.changeIt },
          { href: '/payments', text: words.all },
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
      goToCodePage('payment'),
    )
    .all(onlyBy('GET', 'POST'));

  page
    .route('/payments/:id/confirm/code')
    .all(neverCached, onlyLoggedIn, onlyEnrolled, findDraft)
    .get(async (request, response) => {
      const payment = draftOf(request);
      const query = { purpose: 'step-up', transaction: approvalOf(payment) } as const;
      const challenge = await secondFactor.pending(request, query);
      if (!challenge || challenge.attemptsRemaining === 0) {
        response.redirect(303, `/payments/${payment.id}/confirm`);
      } else {
        const { code, payments: words } = wordsOf(request);
        showCodeForm(request, response, challenge, {
          title: words.confirmTitle,
          details: detailsOf(payment, wordsOf(request)),
          action: `/payments/${payment.id}/confirm/code`,
          links: [
            { href: `/payments/${payment.id}`, text: words.changeIt },
            { href: `/payments/${payment.id}/confirm`, text: code.startAgain },
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
      explainRefusal('payment'),
    )
    .all(onlyBy('GET', 'POST'));

  async function pay(request: Request, response: Response): Promise<void> {
    const { amount, payee } = await payApproved(request);
    const text = wordsOf(request).payments.paid(money(amount), payee);
    leaveNotice(request, { kind: 'status', text });
    response.redirect(303, '/payments');
  }

  function showForm(
    request: Request,
    response: Response,
    errors: Readonly<Record<string, string>> = {},
  ): void {
    const { id, payee, amount } = draftOf(request);
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
