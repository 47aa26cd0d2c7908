import { Router } from 'express';
import { userOf } from '../authentication.js';
import { inEachLanguage } from '../language.js';
import { changePassword, type PasswordParts } from '../password.js';
import { onlyBy } from '../problems.js';
import { passwordChangeSchema } from '../requests.js';
import { confirmedIfEnrolledInJson } from '../second-factor.js';
import { loggedIn } from './logged-in.js';
import { parse, passwordWrong } from './parse.js';
import { shown } from './shown.js';

/** Changes the password: needs the current one and, of a user with a number, a recent code. */
export function passwordApi(parts: PasswordParts): Router {
  const schema = inEachLanguage(({ fields }) => passwordChangeSchema(fields));
  const api = Router();

  api
    .route('/api/me/password')
    .post(loggedIn, confirmedIfEnrolledInJson, async (request, response) => {
      const change = parse(schema(request), request.body);
      if (!(await changePassword(request, change, parts))) {
        throw passwordWrong(request);
      }
      response.json({ user: shown(userOf(request)) });
    })
    .all(onlyBy('POST'));

  return api;
}
