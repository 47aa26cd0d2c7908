import { type RequestHandler, Router } from 'express';
import type { Authentication } from '../authentication.js';
import type { Devices } from '../devices.js';
import { neverCached } from '../headers.js';
import { wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { asksForTrust } from '../trust.js';
import { showCodeForm } from './code-form.js';
import { readForm } from './forms.js';
import { announceResend, explainRefusal, goHome } from './steps.js';

export interface CodePageParts {
  readonly authentication: Authentication;
  readonly devices: Devices;
  readonly demo: boolean;
}

/** The second step of the login. */
export function codePage({ authentication, devices, demo }: CodePageParts): Router {
  const { authenticator, secondFactor } = authentication;
  const page = Router();

  const trustIfAsked: RequestHandler = async (request, _response, next) => {
    if (asksForTrust(request)) await devices.trust(request);
    next();
  };

  page
    .route('/login/code')
    .all(neverCached)
    .get(async (request, response) => {
      const challenge = await secondFactor.pending(request);
      // The notice is kept for the page after the redirect.
      if (!challenge || challenge.attemptsRemaining === 0) response.redirect(303, '/login');
      else {
        const { code } = wordsOf(request);
        showCodeForm(request, response, challenge, {
          title: code.title,
          action: '/login/code',
          offersTrust: true,
          offersRecovery: true,
          links: [{ href: '/login', text: code.startAgain }],
          demo,
        });
      }
    })
    .post(
      ...readForm,
      announceResend,
      // Pinned to the response: it sends an SMS only if the form has `resend`.
      authenticator.authenticate('modica-2fa', {
        phase: 'response',
        challengeRedirect: '/login/code',
        failWithError: true,
      }),
      trustIfAsked,
      goHome,
      explainRefusal('login'),
    )
    .all(onlyBy('GET', 'POST'));

  return page;
}
