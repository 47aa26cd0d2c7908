import type { Request } from 'express';
import { ConfigurationError } from '../errors.js';
import { type CarryingRequest, forgetLogin, isObject, readKey } from './session.js';

/** Mistakes in how an app is put together, each told at the first request that shows it. */
export function sessionMissing(): ConfigurationError {
  return new ConfigurationError('session_missing', {
    problem: 'There is no session, and the challenge must be found again when the code comes.',
    hint: "Mount your session middleware (for example express-session) before this route, or set state: 'client'.",
  });
}

const fieldTags: ReadonlySet<string> = new Set(['[object Object]', '[object Array]']);

/**
 * Whether no parser has made fields of the body. Where a parser found nothing to read it leaves the key
 * behind (Express 5) or an empty object (Express 4, Koa); Fastify reads by itself. koa-passport's
 * requests have the key in any case, and `ctx`. A Buffer (adapters to serverless platforms), a string, a
 * FormData or a stream hold fields that are not seen: a code in them would be taken for a wish for another.
 */
export function bodyUnread(request: Request): boolean {
  const { body } = request;
  // By its tag: a body from another realm (Jest) has another Object, and a parser may give it none.
  if (isObject(body)) return !fieldTags.has(Object.prototype.toString.call(body));
  if (body !== undefined) return typeof body === 'string';
  return !('body' in request) || readKey(readKey(request, 'ctx'), 'app') !== undefined;
}

export function bodyMissing(): ConfigurationError {
  return new ConfigurationError('body_missing', {
    problem: 'No body parser has made fields of the body, so no code can be read here.',
    hint: "Mount one before this route: express.json() or express.urlencoded({ extended: false }), with Koa bodyParser() (for DELETE with its parsedMethods). A route that only asks for codes says phase: 'challenge' and needs none.",
  });
}

/**
 * Passport has written the login that must not be into the session, and only taking it out again
 * closes what is open. It is the one thing that is touched here besides the key of our own.
 */
export function undoHalfALogin(request: CarryingRequest): ConfigurationError {
  forgetLogin(request);
  return new ConfigurationError('first_factor_logged_in', {
    problem:
      'The session was logged in before the second factor, so the first one alone would have counted as a whole login; it is logged out again.',
    hint: "Either the first factor lacks { session: false }: passport.authenticate('local', { session: false }). With NestJS: no logIn in the first factor's guard. Or somebody who was logged in logs in again: call req.logout before the first factor.",
  });
}

export function userNotLoaded(): ConfigurationError {
  return new ConfigurationError('user_not_loaded', {
    problem:
      'The session is logged in, but its user is not at req.user, nor where Passport was told to keep it.',
    hint: 'Mount passport.session() (with Fastify: passport.secureSession()) after the session middleware and before this route. In koa-passport, which hides the user from passport.authorize, use passport.authenticate with { session: false }. Where the app keeps the user elsewhere, name it: userProperty.',
  });
}

export function newNumberMissing(): ConfigurationError {
  return new ConfigurationError('route_option_invalid', {
    problem: "The route has purpose: 'enrol' but does not say which number is to be proved.",
    hint: "Add destination: (req) => …, which gives the new number from the server's side.",
  });
}
