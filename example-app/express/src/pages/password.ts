import { type Request, type Response, Router } from 'express';
import { neverCached } from '../headers.js';
import { inEachLanguage, wordsOf } from '../language.js';
import { changePassword, type PasswordParts } from '../password.js';
import { onlyBy } from '../problems.js';
import { fieldErrors, passwordChangeSchema } from '../requests.js';
import { confirmedIfEnrolled } from '../second-factor.js';
import { csrfToken, readForm } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { leaveNotice, takeNotice } from './notice.js';
import { show } from './views.js';

/** Changes the password: needs the current one and, of a user with a number, a recent code. */
export function passwordPage(parts: PasswordParts): Router {
  const schema = inEachLanguage(({ fields }) => passwordChangeSchema(fields));
  const page = Router();

  page
    .route('/account/password')
    .all(neverCached, onlyLoggedIn, confirmedIfEnrolled)
    .get((request, response) => showForm(request, response))
    .post(...readForm, async (request, response) => {
      const parsed = schema(request).safeParse(request.body);
      if (!parsed.success) {
        showForm(request, response.status(400), fieldErrors(parsed.error));
        return;
      }
      if (!(await changePassword(request, parsed.data, parts))) {
        const errors = { currentPassword: wordsOf(request).fields.passwordWrong };
        showForm(request, response.status(400), errors);
        return;
      }
      leaveNotice(request, { kind: 'status', text: wordsOf(request).account.passwordChanged });
      response.redirect(303, '/account');
    })
    .all(onlyBy('GET', 'POST'));

  return page;
}

function showForm(
  request: Request,
  response: Response,
  errors: Readonly<Record<string, string>> = {},
): void {
  show(response, 'password', {
    csrfToken: csrfToken(request),
    notice: takeNotice(request),
    currentPassword: { error: errors['currentPassword'] },
    newPassword: { error: errors['newPassword'] },
  });
}
