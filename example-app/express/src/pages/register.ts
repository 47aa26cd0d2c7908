import { type Request, type Response, Router } from 'express';
import { neverCached } from '../headers.js';
import { inEachLanguage, wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { fieldErrors, registrationSchema } from '../requests.js';
import type { Throttles } from '../throttles.js';
import type { Users } from '../users.js';
import { csrfToken, readForm, typedField } from './forms.js';
import { leaveNotice } from './notice.js';
import { show } from './views.js';

export interface RegisterPageParts {
  readonly users: Users;
  readonly throttles: Throttles;
}

export function registerPage({ users, throttles }: RegisterPageParts): Router {
  const registration = inEachLanguage(({ fields }) => registrationSchema(fields));
  const page = Router();

  page
    .route('/register')
    .all(neverCached)
    .get((request, response) => showForm(request, response))
    .post(...readForm, throttles.registration, async (request, response) => {
      const parsed = registration(request).safeParse(request.body);
      if (!parsed.success) {
        showForm(request, response.status(400), fieldErrors(parsed.error));
        return;
      }
      if (!(await users.create(parsed.data))) {
        showForm(request, response.status(409), {
          username: wordsOf(request).fields.usernameTaken,
        });
        return;
      }
      leaveNotice(request, { kind: 'status', text: wordsOf(request).login.created });
      response.redirect(303, '/login');
    })
    .all(onlyBy('GET', 'POST'));

  return page;
}

function showForm(
  request: Request,
  response: Response,
  errors: Readonly<Record<string, string>> = {},
): void {
  show(response, 'register', {
    csrfToken: csrfToken(request),
    username: typedField(request.body, 'username', errors),
    password: { error: errors['password'] },
  });
}
