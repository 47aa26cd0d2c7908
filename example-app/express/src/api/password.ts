import { Router } from 'express';
import { requireSecondFactor } from 'passport-modica-2fa';
import { userOf } from '../authentication.js';
import { freshFor } from '../freshness.js';
import { inEachLanguage, languageOf, wordsOf } from '../language.js';
import { changePassword, type PasswordParts } from '../password.js';
import { onlyBy, Problem } from '../problems.js';
import { passwordChangeSchema } from '../requests.js';
import { loggedIn } from './logged-in.js';
import { parse } from './parse.js';
import { shown } from './shown.js';

/** Changes the password: needs the current one and a recent code. */
export function passwordApi(parts: PasswordParts): Router {
  const schema = inEachLanguage(({ fields }) => passwordChangeSchema(fields));
  const fresh = requireSecondFactor({ maxAge: freshFor, locale: languageOf });
  const api = Router();

  api
    .route('/api/me/password')
    .post(loggedIn, fresh, async (request, response) => {
      const change = parse(schema(request), request.body);
      if (!(await changePassword(request, change, parts))) {
        throw new Problem(400, 'invalid_request', ({ invalidRequest }) => invalidRequest, {
          fields: { currentPassword: wordsOf(request).fields.passwordWrong },
        });
      }
      response.json({ user: shown(userOf(request)) });
    })
    .all(onlyBy('POST'));

  return api;
}
