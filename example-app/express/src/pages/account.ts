import { Router } from 'express';
import { maskDestination } from 'passport-modica-2fa';
import { userOf } from '../authentication.js';
import { neverCached } from '../headers.js';
import { onlyBy } from '../problems.js';
import { onlyLoggedIn } from './logged-in.js';
import { takeNotice } from './notice.js';
import { show } from './views.js';

/** What the app knows of its user. */
export function accountPage(): Router {
  const page = Router();

  page
    .route('/account')
    .all(neverCached, onlyLoggedIn)
    .get((request, response) => {
      const { username, mobile } = userOf(request);
      show(response, 'account', {
        notice: takeNotice(request),
        details: [
          { term: 'Username', text: username },
          { term: 'Mobile number', text: maskDestination(mobile) },
        ],
      });
    })
    .all(onlyBy('GET'));

  return page;
}
