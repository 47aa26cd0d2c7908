import {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { TwoFactorRefusal } from 'passport-modica-2fa';
import { type Authentication, logOutFirst } from '../authentication.js';
import { demoUser } from '../demonstration.js';
import { neverCached } from '../headers.js';
import { inEachLanguage, wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { credentialsSchema, fieldErrors } from '../requests.js';
import type { Throttles } from '../throttles.js';
import type { Words } from '../words/words.js';
import { csrfToken, readForm, textOf, typedField } from './forms.js';
import { leaveNotice, takeNotice } from './notice.js';
import { explain } from './refusals.js';
import { goHome } from './steps.js';
import { show } from './views.js';

export interface LoginPageParts {
  readonly authentication: Authentication;
  readonly throttles: Throttles;
  readonly demo: boolean;
}

export function loginPage({ authentication, throttles, demo }: LoginPageParts): Router {
  const { authenticator } = authentication;
  const credentials = inEachLanguage(({ fields }) => credentialsSchema(fields));

  const checkFields: RequestHandler = (request, response, next) => {
    const parsed = credentials(request).safeParse(request.body);
    if (!parsed.success) {
      showForm(request, response.status(400), fieldErrors(parsed.error));
      return;
    }
    Object.assign(request.body, parsed.data);
    next();
  };

  const page = Router();

  page
    .route('/login')
    .all(neverCached)
    .get((request, response) => {
      if (request.isAuthenticated()) response.redirect(303, '/');
      else showForm(request, response);
    })
    .post(
      ...readForm,
      checkFields,
      throttles.password,
      logOutFirst,
      // session: false, or the password alone would be a login.
      authenticator.authenticate('local', { session: false, failWithError: true }),
      throttles.passwordWasRight,
      authenticator.authenticate('modica-2fa', {
        phase: 'challenge',
        challengeRedirect: '/login/code',
        failWithError: true,
      }),
      // A trusted device needs no code.
      goHome,
      backToTheForm,
    )
    .all(onlyBy('GET', 'POST'));

  function showForm(
    request: Request,
    response: Response,
    errors: Readonly<Record<string, string>> = {},
  ): void {
    const notice = takeNotice(request);
    const typed = typedField(request.body, 'username', errors);
    show(response, 'login', {
      csrfToken: csrfToken(request),
      notice,
      username: { ...typed, value: typed.value ?? notice?.username },
      password: { error: errors['password'] },
      demoUser: demo ? demoUser : undefined,
    });
  }

  return page;
}

const backToTheForm: ErrorRequestHandler = (error, request, response, next) => {
  const text = reasonOf(error, wordsOf(request));
  if (text === undefined) {
    next(error);
    return;
  }
  leaveNotice(request, { kind: 'alert', text, username: textOf(request.body, 'username') });
  response.redirect(303, '/login');
};

function reasonOf(error: unknown, words: Words): string | undefined {
  if (error instanceof TwoFactorRefusal) return explain(error.info, words, 'login');
  // Passport's, for the password. Passport does not export the class.
  if (error instanceof Error && error.name === 'AuthenticationError') {
    return words.login.wrong;
  }
  return undefined;
}
