import { Router } from 'express';
import { hasSecondFactor } from 'passport-modica-2fa';
import { neverCached } from '../headers.js';
import { wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { hasNoNumber } from '../second-factor.js';
import { csrfToken, readForm } from './forms.js';
import { leaveNotice, takeNotice } from './notice.js';
import { show } from './views.js';

/** The home page behind the login, and the logout. */
export function homePage(): Router {
  const page = Router();

  page
    .route('/')
    .all(neverCached)
    .get((request, response) => {
      // A password alone does not pass: it is not in the session.
      if (!request.isAuthenticated()) response.redirect(303, '/login');
      else
        show(response, 'home', {
          csrfToken: csrfToken(request),
          notice: takeNotice(request),
          username: request.user.username,
          byCode: hasSecondFactor(request),
          enrolled: !hasNoNumber(request),
          isSupport: request.user.role === 'support',
        });
    })
    .all(onlyBy('GET'));

  page
    .route('/logout')
    .post(...readForm, (request, response, next) => {
      request.logout((error) => {
        if (error) {
          next(error);
          return;
        }
        leaveNotice(request, { kind: 'status', text: wordsOf(request).home.loggedOut });
        response.redirect(303, '/login');
      });
    })
    .all(onlyBy('POST'));

  return page;
}
