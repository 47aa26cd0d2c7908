import { Router } from 'express';
import type { Authentication } from '../authentication.js';
import { neverCached } from '../headers.js';
import { onlyBy } from '../problems.js';
import { showCodeForm } from './code-form.js';
import { readForm } from './forms.js';
import { announceResend, sayWhy } from './steps.js';

export interface CodePageParts {
  readonly authentication: Authentication;
  readonly demo: boolean;
}

/** The second half of the login. */
export function codePage({ authentication, demo }: CodePageParts): Router {
  const { authenticator, secondFactor } = authentication;
  const page = Router();

  page
    .route('/login/code')
    .all(neverCached)
    .get(async (request, response) => {
      const challenge = await secondFactor.pending(request);
      // A notice stays for the page that we redirect to.
      if (!challenge || challenge.attemptsRemaining === 0) response.redirect(303, '/login');
      else {
        showCodeForm(request, response, challenge, {
          title: 'Enter the code',
          action: '/login/code',
          links: [{ href: '/login', text: 'Start again' }],
          demo,
        });
      }
    })
    .post(
      ...readForm,
      announceResend,
      // Pinned to the response: it sends an SMS only where the form asks for it by `resend`.
      authenticator.authenticate('modica-2fa', {
        phase: 'response',
        challengeRedirect: '/login/code',
        successRedirect: '/',
        failWithError: true,
      }),
      sayWhy(),
    )
    .all(onlyBy('GET', 'POST'));

  return page;
}
