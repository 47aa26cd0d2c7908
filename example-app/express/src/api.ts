import express, { type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import type { Authentication } from './authentication.js';
import { Problem } from './problems.js';
import { credentialsSchema, registrationSchema } from './requests.js';
import type { AppUser, Users } from './users.js';

export interface ApiParts {
  readonly users: Users;
  readonly authentication: Authentication;
  readonly allowedPrefixes: readonly string[] | undefined;
}

/** The app as JSON. */
export function createApi({ users, authentication, allowedPrefixes }: ApiParts): Router {
  const { authenticator, secondFactor } = authentication;
  const registration = registrationSchema(allowedPrefixes);
  const api = Router();
  api.use('/api', neverCached, jsonOnly, express.json({ limit: '10kb' }));

  api.post('/api/register', async (request, response) => {
    const user = await users.create(parse(registration, request.body));
    if (!user) throw new Problem(409, 'username_taken', 'This username is taken.');
    response.status(201).json({ user: shown(user) });
  });

  // Guesses at the password should be limited as well, by name and by address; that is no matter of
  // the second factor and left out here.
  api.post(
    '/api/login',
    (request, _response, next) => {
      request.body = parse(credentialsSchema, request.body);
      next();
    },
    logOutFirst,
    // session: false, or the password alone would already be a login.
    authenticator.authenticate('local', { session: false, failWithError: true }),
    authenticator.authenticate('modica-2fa', { phase: 'challenge', failWithError: true }),
  );

  // Pinned to the response: it sends an SMS only where the body asks for it by `resend`.
  api.post(
    '/api/login/code',
    authenticator.authenticate('modica-2fa', { phase: 'response', failWithError: true }),
    answerUser,
  );

  api.get('/api/login/code', async (request, response) => {
    const challenge = await secondFactor.pending(request);
    if (!challenge) throw new Problem(404, 'challenge_missing', 'There is no code to enter.');
    response.json({ challenge });
  });

  api.get('/api/me', loggedIn, answerUser);

  // Open to all: half a login can be given up too.
  api.post('/api/logout', (request, response, next) => {
    request.logout((error) => (error ? next(error) : response.status(204).end()));
  });

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

const neverCached: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/** The guard of every protected route. A password alone never gets here: it is not in the session. */
const loggedIn: RequestHandler = (request, _response, next) => {
  if (!request.isAuthenticated()) throw new Problem(401, 'unauthenticated', 'Log in first.');
  next();
};

/** Whoever logs in again starts from nothing: the strategy refuses half a login on top of a whole. */
const logOutFirst: RequestHandler = (request, _response, next) => {
  if (request.isAuthenticated()) request.logout(next);
  else next();
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
  const fields = parsed.error.issues.map(({ path, message }) => [
    path.join('.') || 'body',
    message,
  ]);
  throw new Problem(
    400,
    'invalid_request',
    'Some fields are missing or not valid.',
    // Of several problems with a field the first is shown.
    Object.fromEntries(fields.reverse()),
  );
}
