import express, { type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { type Authentication, logOutFirst } from './authentication.js';
import { neverCached } from './headers.js';
import { onlyBy, Problem } from './problems.js';
import { credentialsSchema, fieldErrors, registrationSchema } from './requests.js';
import type { Throttles } from './throttles.js';
import type { AppUser, Users } from './users.js';

export interface ApiParts {
  readonly users: Users;
  readonly authentication: Authentication;
  readonly throttles: Throttles;
  readonly allowedPrefixes: readonly string[] | undefined;
}

/** The app as JSON. */
export function createApi({ users, authentication, throttles, allowedPrefixes }: ApiParts): Router {
  const { authenticator, secondFactor } = authentication;
  const registration = registrationSchema(allowedPrefixes);
  const api = Router();
  api.use('/api', neverCached, jsonOnly, express.json({ limit: '10kb' }));

  api
    .route('/api/register')
    .post(throttles.registration, async (request, response) => {
      const user = await users.create(parse(registration, request.body));
      if (!user) throw new Problem(409, 'username_taken', 'This username is taken.');
      response.status(201).json({ user: shown(user) });
    })
    .all(onlyBy('POST'));

  api
    .route('/api/login')
    .post(
      (request, _response, next) => {
        request.body = parse(credentialsSchema, request.body);
        next();
      },
      throttles.password,
      logOutFirst,
      // session: false, or the password alone would already be a login.
      authenticator.authenticate('local', { session: false, failWithError: true }),
      throttles.passwordWasRight,
      authenticator.authenticate('modica-2fa', { phase: 'challenge', failWithError: true }),
    )
    .all(onlyBy('POST'));

  api
    .route('/api/login/code')
    // Pinned to the response: it sends an SMS only where the body asks for it by `resend`.
    .post(
      authenticator.authenticate('modica-2fa', { phase: 'response', failWithError: true }),
      answerUser,
    )
    .get(async (request, response) => {
      const challenge = await secondFactor.pending(request);
      if (!challenge) throw new Problem(404, 'challenge_missing', 'There is no code to enter.');
      response.json({ challenge });
    })
    .all(onlyBy('GET', 'POST'));

  api.route('/api/me').get(loggedIn, answerUser).all(onlyBy('GET'));

  api
    .route('/api/logout')
    // Open to all: half a login can be given up too.
    .post((request, response, next) => {
      request.logout((error) => (error ? next(error) : response.status(204).end()));
    })
    .all(onlyBy('POST'));

  return api;
}

/**
 * This is why there is no CSRF token: the session cookie is SameSite=Lax, so a POST from another
 * site comes without it. Should a browser send it all the same, a form cannot post JSON, and a
 * script that does must ask first (CORS), which nothing here answers.
 */
const jsonOnly: RequestHandler = (request, _response, next) => {
  const empty = request.get('content-length') === '0';
  if (!empty && request.is('application/json') === false) {
    throw new Problem(415, 'unsupported_media_type', 'The body must be application/json.');
  }
  next();
};

/** The guard of every protected route. A password alone never gets here: it is not in the session. */
const loggedIn: RequestHandler = (request, _response, next) => {
  if (!request.isAuthenticated()) throw new Problem(401, 'unauthenticated', 'Log in first.');
  next();
};

const answerUser: RequestHandler = ({ user }, response) => {
  response.json({ user: user && shown(user) });
};

/** The number is masked: an answer can end up in a log or on a screen that others see. */
function shown({ id, username, mobile }: AppUser) {
  return { id, username, mobile: `•••••${mobile.slice(-2)}` };
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new Problem(400, 'invalid_request', 'Some fields are missing or not valid.', {
    fields: fieldErrors(parsed.error),
  });
}
