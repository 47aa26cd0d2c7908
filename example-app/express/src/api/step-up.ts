import { Router } from 'express';
import { type Authentication, userOf } from '../authentication.js';
import { onlyBy } from '../problems.js';
import { loggedIn } from './logged-in.js';
import { shown } from './shown.js';

export interface StepUpApiParts {
  readonly authentication: Authentication;
}

/** A recent code for a user who is logged in. Sends one if the body has none. */
export function stepUpApi({ authentication: { authenticator } }: StepUpApiParts): Router {
  const api = Router();

  api
    .route('/api/step-up')
    .post(
      loggedIn,
      authenticator.authorize('modica-2fa', { purpose: 'step-up', failWithError: true }),
      (request, response) => {
        response.json({ user: shown(userOf(request)) });
      },
    )
    .all(onlyBy('POST'));

  return api;
}
