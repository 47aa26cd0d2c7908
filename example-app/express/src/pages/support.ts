import { type Request, type Response, Router } from 'express';
import { neverCached } from '../headers.js';
import { inEachLanguage, wordsOf } from '../language.js';
import { onlyBy, Problem } from '../problems.js';
import { fieldErrors, supportSchema } from '../requests.js';
import { confirmedRecently } from '../second-factor.js';
import { onlySupport, type SupportParts, supportUser } from '../support.js';
import { csrfToken, readForm, typedField } from './forms.js';
import { leaveNotice, takeNotice } from './notice.js';
import { show } from './views.js';

/** Where support agents unlock users: needs the role and a recent code. */
export function supportPage(parts: SupportParts): Router {
  const schema = inEachLanguage(({ fields }) => supportSchema(fields));
  const page = Router();

  page
    .route('/support')
    .all(neverCached, onlySupport, confirmedRecently)
    .get((request, response) => showForm(request, response))
    .post(...readForm, async (request, response) => {
      const parsed = schema(request).safeParse(request.body);
      if (!parsed.success) {
        const errors = fieldErrors(parsed.error);
        // The buttons of the page have no other action, so no field could show this.
        if (errors['action']) {
          throw new Problem(400, 'invalid_request', ({ invalidRequest }) => invalidRequest);
        }
        showForm(request, response.status(400), errors);
        return;
      }
      const { username, action } = parsed.data;
      const { fields, support } = wordsOf(request);
      if (!(await supportUser(request, parsed.data, parts))) {
        showForm(request, response.status(400), { username: fields.noSuchUser });
        return;
      }
      leaveNotice(request, { kind: 'status', text: support.done[action](username) });
      response.redirect(303, '/support');
    })
    .all(onlyBy('GET', 'POST'));

  return page;
}

function showForm(
  request: Request,
  response: Response,
  errors: Readonly<Record<string, string>> = {},
): void {
  show(response, 'support', {
    csrfToken: csrfToken(request),
    notice: takeNotice(request),
    username: typedField(request.body, 'username', errors),
  });
}
