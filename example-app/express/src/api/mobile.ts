import { type RequestHandler, Router } from 'express';
import { userOf } from '../authentication.js';
import { inEachLanguage } from '../language.js';
import {
  codeForNewNumber,
  finishNumber,
  mayProveNumber,
  type NumberParts,
  removeNumber,
} from '../new-number.js';
import { onlyBy } from '../problems.js';
import { currentPasswordSchema, mobileSchema } from '../requests.js';
import {
  confirmedIfEnrolledInJson,
  confirmedRecentlyInJson,
  hasNoNumber,
} from '../second-factor.js';
import { loggedIn } from './logged-in.js';
import { parse, passwordWrong } from './parse.js';
import { shown } from './shown.js';

export interface MobileApiParts extends NumberParts {
  readonly allowedPrefixes: readonly string[] | undefined;
}

/**
 * Adds, changes or removes the mobile number. A change or a removal needs a recent code of the old number, a
 * first number the password.
 */
export function mobileApi(parts: MobileApiParts): Router {
  const { users, authentication, allowedPrefixes } = parts;
  const { authenticator } = authentication;
  const schema = inEachLanguage(({ fields }) => mobileSchema(fields, allowedPrefixes));
  const passwordSchema = inEachLanguage(({ fields }) => currentPasswordSchema(fields));
  const mayProve = mayProveNumber(parts);
  const api = Router();

  // Posted with the code as well: a number that the code was not sent to is refused.
  const keepNumber: RequestHandler = async (request, _response, next) => {
    const { mobile } = parse(schema(request), request.body);
    if (hasNoNumber(request)) {
      const { currentPassword } = parse(passwordSchema(request), request.body);
      if (!(await mayProve(request, currentPassword))) throw passwordWrong(request);
    }
    request.session.newMobile = mobile;
    next();
  };

  api
    .route('/api/me/mobile')
    .post(
      loggedIn,
      confirmedIfEnrolledInJson,
      keepNumber,
      authenticator.authorize('modica-2fa', { ...codeForNewNumber, failWithError: true }),
      async (request, response) => {
        await finishNumber(request, parts);
        const user = await users.byId(userOf(request).id);
        response.json({ user: user && shown(user) });
      },
    )
    .delete(loggedIn, confirmedRecentlyInJson, async (request, response) => {
      await removeNumber(request, parts);
      response.status(204).end();
    })
    .all(onlyBy('POST', 'DELETE'));

  return api;
}
