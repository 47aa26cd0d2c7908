import { Router } from 'express';
import { inEachLanguage, wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { supportSchema } from '../requests.js';
import { confirmedRecentlyInJson } from '../second-factor.js';
import { onlySupport, type SupportParts, supportUser } from '../support.js';
import { invalidFields, parse } from './parse.js';

/** Unlocks users: needs the role of a support agent and a recent code. */
export function supportApi(parts: SupportParts): Router {
  const schema = inEachLanguage(({ fields }) => supportSchema(fields));
  const api = Router();

  api
    .route('/api/support')
    .all(onlySupport)
    .post(confirmedRecentlyInJson, async (request, response) => {
      const order = parse(schema(request), request.body);
      if (!(await supportUser(request, order, parts))) {
        throw invalidFields({ username: wordsOf(request).fields.noSuchUser });
      }
      response.status(204).end();
    })
    .all(onlyBy('POST'));

  return api;
}
