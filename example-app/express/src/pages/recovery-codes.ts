import { Router } from 'express';
import { userOf } from '../authentication.js';
import { neverCached } from '../headers.js';
import { wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { type RecoveryParts, renewCodes } from '../recovery-codes.js';
import { confirmedRecently } from '../second-factor.js';
import { csrfToken, readForm } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { takeNotice } from './notice.js';
import { show } from './views.js';

/** How many recovery codes are left, and a new set, which is shown once. Needs a recent code. */
export function recoveryCodesPage(parts: RecoveryParts): Router {
  const page = Router();

  page
    .route('/account/recovery-codes')
    .all(neverCached, onlyLoggedIn, confirmedRecently)
    .get(async (request, response) => {
      const { recoveryCodes: words } = wordsOf(request);
      const hashes = await parts.recoveryCodes.hashes(userOf(request).id);
      show(response, 'recovery-codes', {
        csrfToken: csrfToken(request),
        notice: takeNotice(request),
        left: words.left(hashes.length),
        codes: [],
      });
    })
    // Shown in this very response: a redirect would have to store the codes.
    .post(...readForm, async (request, response) => {
      const codes = await renewCodes(request, parts);
      const { recoveryCodes: words } = wordsOf(request);
      show(response, 'recovery-codes', {
        csrfToken: csrfToken(request),
        left: words.left(codes.length),
        codes,
      });
    })
    .all(onlyBy('GET', 'POST'));

  return page;
}
