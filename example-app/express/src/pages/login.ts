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
import { onlyBy } from '../problems.js';
import { credentialsSchema, fieldErrors } from '../requests.js';
import type { Throttles } from '../throttles.js';
import { csrfToken, readForm, textOf, typedField } from './forms.js';
import { leaveNotice, takeNotice } from './notice.js';
import { explain } from './refusals.js';
import { show } from './views.js';

export interface LoginPageParts {
  readonly authentication: Authentication;
  readonly throttles: Throttles;
  readonly demo: boolean;
}

export function loginPage({ authentication, throttles, demo }: LoginPageParts): Router {
  const { authenticator } = authentication;

  const checkFields: RequestHandler = (request, response, next) => {
    const parsed = credentialsSchema.safeParse(request.body);
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
      // session: false, or the password alone would already be a login.
      authenticator.authenticate('local', { session: false, failWithError: true }),
      throttles.passwordWasRight,
      authenticator.authenticate('modica-2fa', {
        phase: 'challenge',
        challengeRedirect: '/login/code',
        failWithError: true,
      }),
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
  const text = reasonOf(error);
  if (text === undefined) {
    next(error);
    return;
  }
  leaveNotice(request, { kind: 'alert', text, username: textOf(request.body, 'username') });
  response.redirect(303, '/login');
};

function reasonOf(error: unknown): string | undefined {
  if (error instanceof TwoFactorRefusal) return explain(error.info);
  // Passport's, for the password; it does not export the class.
  if (error instanceof Error && error.name === 'AuthenticationError') {
    return 'Username or password is wrong.';
  }
  return undefined;
}
