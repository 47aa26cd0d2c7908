import { Router } from 'express';
import { type Authentication, userOf } from '../authentication.js';
import { type ConfirmationParts, confirmationOf } from '../confirmation.js';
import { inEachLanguage } from '../language.js';
import { onlyBy } from '../problems.js';
import { orderSchema } from '../requests.js';
import { onlyEnrolledInJson } from '../second-factor.js';
import { loggedIn } from './logged-in.js';
import { parse } from './parse.js';
import { shownPayment } from './shown.js';

export interface PaymentsApiParts extends ConfirmationParts {
  readonly authentication: Authentication;
}

/** Payments, each confirmed with a code for its amount and payee. */
export function paymentsApi(parts: PaymentsApiParts): Router {
  const { payments, authentication } = parts;
  const { authenticator } = authentication;
  const { findDraft, codeForPayment, payApproved } = confirmationOf(parts);
  const schema = inEachLanguage(({ fields }) => orderSchema(fields));
  const api = Router();

  api
    .route('/api/payments')
    .get(loggedIn, onlyEnrolledInJson, async (request, response) => {
      const all = await payments.of(userOf(request).id);
      response.json({ payments: all.map(shownPayment) });
    })
    .post(loggedIn, onlyEnrolledInJson, async (request, response) => {
      const order = parse(schema(request), request.body);
      const payment = await payments.draft(userOf(request).id, order);
      response.status(201).json({ payment: shownPayment(payment) });
    })
    .all(onlyBy('GET', 'POST'));

  api
    .route('/api/payments/:id/confirmation')
    // Sends a code if the body has none.
    .post(
      loggedIn,
      onlyEnrolledInJson,
      findDraft,
      authenticator.authorize('modica-2fa', { ...codeForPayment, failWithError: true }),
      async (request, response) => {
        response.json({ payment: shownPayment(await payApproved(request)) });
      },
    )
    .all(onlyBy('POST'));

  return api;
}
