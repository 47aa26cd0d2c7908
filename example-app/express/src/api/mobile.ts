import { type RequestHandler, Router } from 'express';
import { requireSecondFactor } from 'passport-modica-2fa';
import { type Authentication, userOf } from '../authentication.js';
import type { Devices } from '../devices.js';
import { freshFor } from '../freshness.js';
import { inEachLanguage, languageOf } from '../language.js';
import { codeForNewNumber } from '../new-number.js';
import { onlyBy } from '../problems.js';
import { mobileSchema } from '../requests.js';
import type { Users } from '../users.js';
import { loggedIn } from './logged-in.js';
import { parse } from './parse.js';
import { shown } from './shown.js';

export interface MobileApiParts {
  readonly users: Users;
  readonly authentication: Authentication;
  readonly devices: Devices;
  readonly allowedPrefixes: readonly string[] | undefined;
}

/** Changes the mobile number: needs a recent code of the old number, and a code of the new one. */
export function mobileApi(parts: MobileApiParts): Router {
  const { users, authentication, devices, allowedPrefixes } = parts;
  const { authenticator } = authentication;
  const schema = inEachLanguage(({ fields }) => mobileSchema(fields, allowedPrefixes));
  const api = Router();

  // Posted with the code as well: a number that the code was not sent to is refused.
  const keepNumber: RequestHandler = (request, _response, next) => {
    request.session.newMobile = parse(schema(request), request.body).mobile;
    next();
  };

  api
    .route('/api/me/mobile')
    .post(
      loggedIn,
      requireSecondFactor({ maxAge: freshFor, locale: languageOf }),
      keepNumber,
      authenticator.authorize('modica-2fa', { ...codeForNewNumber, failWithError: true }),
      async (request, response) => {
        delete request.session.newMobile;
        // Trusted devices are bound to the old number and no longer work: remove them from the list too.
        await devices.revokeAll(userOf(request));
        const user = users.byId(userOf(request).id);
        response.json({ user: user && shown(user) });
      },
    )
    .all(onlyBy('POST'));

  return api;
}
