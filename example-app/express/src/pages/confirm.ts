import { type RequestHandler, Router } from 'express';
import { type TwoFactorRouteOptions, takeReturnPath } from 'passport-modica-2fa';
import type { Authentication } from '../authentication.js';
import { neverCached } from '../headers.js';
import { wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { hasNoNumber, phonePath, shownNumber } from '../second-factor.js';
import { showCodeForm } from './code-form.js';
import { csrfToken, readForm } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { takeNotice } from './notice.js';
import { announceResend, explainRefusal, goToCodePage } from './steps.js';
import { show } from './views.js';

export interface ConfirmPageParts {
  readonly authentication: Authentication;
  readonly demo: boolean;
}

/** Asks for a code before the pages that require a recent one, and leads back to them. */
export function confirmPage({ authentication, demo }: ConfirmPageParts): Router {
  const { authenticator, secondFactor } = authentication;
  const stepUp: TwoFactorRouteOptions = { purpose: 'step-up' };
  const page = Router();

  page
    .route('/confirm')
    .all(neverCached, onlyLoggedIn)
    .get((request, response) => {
      if (hasNoNumber(request)) {
        response.redirect(303, phonePath);
        return;
      }
      const { account, confirm } = wordsOf(request);
      show(response, 'ask', {
        csrfToken: csrfToken(request),
        notice: takeNotice(request),
        title: confirm.title,
        text: confirm.text,
        destination: shownNumber(request),
        details: [],
        action: '/confirm',
        links: [{ href: '/account', text: account.back }],
      });
    })
    .post(
      ...readForm,
      authenticator.authorize('modica-2fa', { ...stepUp, phase: 'challenge', failWithError: true }),
      goToCodePage('confirmation'),
    )
    .all(onlyBy('GET', 'POST'));

  page
    .route('/confirm/code')
    .all(neverCached, onlyLoggedIn)
    .get(async (request, response) => {
      const challenge = await secondFactor.pending(request, { purpose: 'step-up' });
      if (!challenge || challenge.attemptsRemaining === 0) response.redirect(303, '/confirm');
      else {
        const { code, confirm } = wordsOf(request);
        showCodeForm(request, response, challenge, {
          title: confirm.title,
          action: '/confirm/code',
          offersRecovery: true,
          links: [{ href: '/confirm', text: code.startAgain }],
          demo,
        });
      }
    })
    .post(
      ...readForm,
      announceResend,
      authenticator.authorize('modica-2fa', { ...stepUp, phase: 'response', failWithError: true }),
      goBack,
      explainRefusal('confirmation'),
    )
    .all(onlyBy('GET', 'POST'));

  return page;
}

const goBack: RequestHandler = (request, response) => {
  response.redirect(303, takeReturnPath(request));
};
