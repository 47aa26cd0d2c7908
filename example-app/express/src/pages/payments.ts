import { type Request, type Response, Router } from 'express';
import { userOf } from '../authentication.js';
import { neverCached } from '../headers.js';
import { inEachLanguage } from '../language.js';
import type { Payment, Payments } from '../payments.js';
import { onlyBy } from '../problems.js';
import { fieldErrors, orderSchema } from '../requests.js';
import { onlyEnrolled } from '../second-factor.js';
import { csrfToken, readForm, typedField } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { money } from './money.js';
import { takeNotice } from './notice.js';
import { moment } from './times.js';
import { show, type Views } from './views.js';

export interface PaymentsPageParts {
  readonly payments: Payments;
}

/** The user's payments, and a form for a new one. */
export function paymentsPage({ payments }: PaymentsPageParts): Router {
  const schema = inEachLanguage(({ fields }) => orderSchema(fields));
  const page = Router();

  page
    .route('/payments')
    .all(neverCached, onlyLoggedIn, onlyEnrolled)
    .get((request, response) => showPayments(request, response))
    .post(...readForm, async (request, response) => {
      const parsed = schema(request).safeParse(request.body);
      if (!parsed.success) {
        await showPayments(request, response.status(400), fieldErrors(parsed.error));
        return;
      }
      const { id } = await payments.draft(userOf(request).id, parsed.data);
      response.redirect(303, `/payments/${id}/confirm`);
    })
    .all(onlyBy('GET', 'POST'));

  async function showPayments(
    request: Request,
    response: Response,
    errors: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const all = await payments.of(userOf(request).id);
    show(response, 'payments', {
      csrfToken: csrfToken(request),
      notice: takeNotice(request),
      payee: typedField(request.body, 'payee', errors),
      amount: typedField(request.body, 'amount', errors),
      payments: all.map((payment) => line(payment, request)),
    });
  }

  return page;
}

function line(
  { id, payee, amount, state, changedAt }: Payment,
  request: Request,
): Views['payments']['payments'][number] {
  return {
    id,
    payee,
    amount: money(amount),
    paid: state === 'paid',
    changedAt: moment(changedAt, request),
  };
}
