import { Router } from 'express';
import { userOf } from '../authentication.js';
import { onlyBy } from '../problems.js';
import { type RecoveryParts, renewCodes } from '../recovery-codes.js';
import { confirmedRecentlyInJson } from '../second-factor.js';
import { loggedIn } from './logged-in.js';

/** How many recovery codes are left, and a new set, which is shown once. Needs a recent code. */
export function recoveryCodesApi(parts: RecoveryParts): Router {
  const api = Router();

  api
    .route('/api/me/recovery-codes')
    .all(loggedIn, confirmedRecentlyInJson)
    .get(async (request, response) => {
      const hashes = await parts.recoveryCodes.hashes(userOf(request).id);
      response.json({ remaining: hashes.length });
    })
    .post(async (request, response) => {
      response.status(201).json({ codes: await renewCodes(request, parts) });
    })
    .all(onlyBy('GET', 'POST'));

  return api;
}
