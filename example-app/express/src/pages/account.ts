import { Router } from 'express';
import { userOf } from '../authentication.js';
import { neverCached } from '../headers.js';
import { wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { hasNoNumber, shownNumber } from '../second-factor.js';
import { csrfToken } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { takeNotice } from './notice.js';
import { show } from './views.js';

/** The user's account, and the ways to change it. */
export function accountPage(): Router {
  const page = Router();

  page
    .route('/account')
    .all(neverCached, onlyLoggedIn)
    .get((request, response) => {
      const { username } = userOf(request);
      const { account } = wordsOf(request);
      show(response, 'account', {
        enrolled: !hasNoNumber(request),
        csrfToken: csrfToken(request),
        notice: takeNotice(request),
        details: [
          { term: account.username, text: username },
          { term: account.mobile, text: shownNumber(request) ?? account.noNumber },
        ],
      });
    })
    .all(onlyBy('GET'));

  return page;
}
