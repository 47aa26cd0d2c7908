import express, { type RequestHandler, Router } from 'express';
import { type Authentication, logOutFirst } from '../authentication.js';
import { neverCached } from '../headers.js';
import { inEachLanguage } from '../language.js';
import type { PasswordParts } from '../password.js';
import { onlyBy, Problem } from '../problems.js';
import type { RecoveryParts } from '../recovery-codes.js';
import { credentialsSchema, registrationSchema } from '../requests.js';
import type { Throttles } from '../throttles.js';
import { asksForTrust } from '../trust.js';
import type { Users } from '../users.js';
import { type ActivityApiParts, activityApi } from './activity.js';
import { type DevicesApiParts, devicesApi } from './devices.js';
import { loggedIn } from './logged-in.js';
import { type MobileApiParts, mobileApi } from './mobile.js';
import { parse } from './parse.js';
import { passwordApi } from './password.js';
import { type PaymentsApiParts, paymentsApi } from './payments.js';
import { recoveryCodesApi } from './recovery-codes.js';
import { shown } from './shown.js';
import { stepUpApi } from './step-up.js';
import { supportApi } from './support.js';

export interface ApiParts
  extends PaymentsApiParts,
    MobileApiParts,
    RecoveryParts,
    PasswordParts,
    DevicesApiParts,
    ActivityApiParts {
  readonly users: Users;
  readonly authentication: Authentication;
  readonly throttles: Throttles;
}

/** The app as JSON. */
export function createApi(parts: ApiParts): Router {
  const { users, authentication, devices, throttles } = parts;
  const { authenticator, secondFactor } = authentication;
  const registration = inEachLanguage(({ fields }) => registrationSchema(fields));
  const credentials = inEachLanguage(({ fields }) => credentialsSchema(fields));
  const trustIfAsked: RequestHandler = async (request, _response, next) => {
    if (asksForTrust(request)) await devices.trust(request);
    next();
  };
  const api = Router();
  api.use('/api', neverCached, jsonOnly, express.json({ limit: '10kb' }));

  api
    .route('/api/register')
    .post(throttles.registration, async (request, response) => {
      const user = await users.create(parse(registration(request), request.body));
      if (!user)
        throw new Problem(409, 'username_taken', (_problems, { fields }) => fields.usernameTaken);
      response.status(201).json({ user: shown(user) });
    })
    .all(onlyBy('POST'));

  api
    .route('/api/login')
    .post(
      (request, _response, next) => {
        request.body = parse(credentials(request), request.body);
        next();
      },
      throttles.password,
      logOutFirst,
      // session: false, or the password alone would be a login.
      authenticator.authenticate('local', { session: false, failWithError: true }),
      throttles.passwordWasRight,
      // A recovery code, a trusted device, or a user without a number, is logged in at once, and answerUser responds.
      authenticator.authenticate('modica-2fa', { phase: 'challenge', failWithError: true }),
      answerUser,
    )
    .all(onlyBy('POST'));

  api
    .route('/api/login/code')
    // Pinned to the response: it sends an SMS only if the body has `resend`.
    .post(
      authenticator.authenticate('modica-2fa', { phase: 'response', failWithError: true }),
      trustIfAsked,
      answerUser,
    )
    .get(async (request, response) => {
      const challenge = await secondFactor.pending(request);
      if (!challenge)
        throw new Problem(404, 'challenge_not_found', ({ noCodeToEnter }) => noCodeToEnter);
      response.json({ challenge });
    })
    .all(onlyBy('GET', 'POST'));

  api.route('/api/me').get(loggedIn, answerUser).all(onlyBy('GET'));

  api
    .route('/api/logout')
    // For everyone: a pending login can be cancelled too.
    .post((request, response, next) => {
      request.logout((error) => (error ? next(error) : response.status(204).end()));
    })
    .all(onlyBy('POST'));

  api.use(stepUpApi(parts), mobileApi(parts), passwordApi(parts), devicesApi(parts));
  api.use(activityApi(parts), paymentsApi(parts), supportApi(parts));
  api.use(recoveryCodesApi(parts));
  return api;
}

/**
 * With `onlySameOrigin` this makes a CSRF token unnecessary: a form cannot post JSON, not even an empty
 * one, and a script of another origin needs a CORS preflight, which this app does not answer.
 */
const jsonOnly: RequestHandler = (request, _response, next) => {
  const { 'content-type': type, 'content-length': length } = request.headers;
  const empty = type === undefined && length === '0';
  if (!empty && request.is('application/json') === false) {
    throw new Problem(415, 'unsupported_media_type', ({ onlyJson }) => onlyJson);
  }
  next();
};

const answerUser: RequestHandler = ({ user }, response) => {
  response.json({ user: user && shown(user) });
};
