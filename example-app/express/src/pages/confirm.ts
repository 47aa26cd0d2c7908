import { type RequestHandler, Router } from 'express';
import { maskDestination, type TwoFactorRouteOptions, takeReturnPath } from 'passport-modica-2fa';
import { type Authentication, userOf } from '../authentication.js';
import { neverCached } from '../headers.js';
import { onlyBy } from '../problems.js';
import { showCodeForm } from './code-form.js';
import { csrfToken, readForm } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { takeNotice } from './notice.js';
import { beyondLogin } from './refusals.js';
import { announceResend, sayWhy, toTheCode } from './steps.js';
import { show } from './views.js';

export interface ConfirmPageParts {
  readonly authentication: Authentication;
  readonly demo: boolean;
}

/** Where pages send somebody whose last code is too long ago. It leads back to them. */
export function confirmPage({ authentication, demo }: ConfirmPageParts): Router {
  const { authenticator, secondFactor } = authentication;
  const stepUp: TwoFactorRouteOptions = { purpose: 'step-up' };
  const page = Router();

  page
    .route('/confirm')
    .all(neverCached, onlyLoggedIn)
    .get((request, response) => {
      show(response, 'ask', {
        csrfToken: csrfToken(request),
        notice: takeNotice(request),
        title: 'Confirm that it is you',
        text: 'What you want to do needs a fresh code. We send it to',
        destination: maskDestination(userOf(request).mobile),
        details: [],
        action: '/confirm',
        links: [{ href: '/account', text: 'Back to your account' }],
      });
    })
    .post(
      ...readForm,
      authenticator.authorize('modica-2fa', { ...stepUp, phase: 'challenge', failWithError: true }),
      toTheCode(beyondLogin),
    )
    .all(onlyBy('GET', 'POST'));

  page
    .route('/confirm/code')
    .all(neverCached, onlyLoggedIn)
    .get(async (request, response) => {
      const challenge = await secondFactor.pending(request, { purpose: 'step-up' });
      if (!challenge || challenge.attemptsRemaining === 0) response.redirect(303, '/confirm');
      else {
        showCodeForm(request, response, challenge, {
          title: 'Confirm that it is you',
          action: '/confirm/code',
          links: [{ href: '/confirm', text: 'Start again' }],
          demo,
        });
      }
    })
    .post(
      ...readForm,
      announceResend,
      authenticator.authorize('modica-2fa', { ...stepUp, phase: 'response', failWithError: true }),
      backToWhereItWasAsked,
      sayWhy(beyondLogin),
    )
    .all(onlyBy('GET', 'POST'));

  return page;
}

const backToWhereItWasAsked: RequestHandler = (request, response) => {
  response.redirect(303, takeReturnPath(request));
};
