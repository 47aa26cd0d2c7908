// The errors of a misconfigured app, thrown at the first request that reveals the mistake.
import { ConfigurationError } from '../errors.js';

/**
 * @param consequence - What the missing session makes impossible.
 * @param alternative - What an app without sessions can do.
 */
export function sessionMissing(consequence: string, alternative: string): ConfigurationError {
  return new ConfigurationError('session_missing', {
    problem: `The request has no session, so ${consequence}.`,
    hint: `Mount your session middleware (for example express-session) before this route, or ${alternative}.`,
  });
}

export function bodyMissing(): ConfigurationError {
  return new ConfigurationError('body_missing', {
    problem: 'No body parser has parsed the request body, so no code can be read.',
    hint: "Mount one before this route: express.json() or express.urlencoded({ extended: false }), in Koa bodyParser() (for DELETE with its parsedMethods). A route that only requests codes needs none if it sets phase: 'challenge'.",
  });
}

export function firstFactorLoggedIn(): ConfigurationError {
  return new ConfigurationError('first_factor_logged_in', {
    problem:
      'The session was logged in before the second factor, so the first factor alone would have completed the login. The session has been logged out again.',
    hint: "Pass { session: false } to the first factor: passport.authenticate('local', { session: false }). In NestJS, don't call logIn in the first factor's guard. If a user who is already logged in can log in again, call req.logout before the first factor.",
  });
}

export function userNotLoaded(): ConfigurationError {
  return new ConfigurationError('user_not_loaded', {
    problem:
      'The session is logged in, but its user is neither at req.user nor at the property that Passport is configured with.',
    hint: 'Mount passport.session() (in Fastify passport.secureSession()) after the session middleware and before this route. In koa-passport, which hides the user from passport.authorize, use passport.authenticate with { session: false }. If the app keeps the user elsewhere, set the option "userProperty".',
  });
}

export function requiredUndecided(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem:
      'The option "required" returned neither true nor false, so whether this login needs a second factor is unknown.',
    hint: 'Return a boolean: required: (user) => user.mobile !== null.',
  });
}

export function newNumberMissing(): ConfigurationError {
  return new ConfigurationError('route_option_invalid', {
    problem: 'A route with purpose: \'enrol\' requires the option "destination".',
    hint: 'Add destination: (req) => …, which returns the new number from server-side state.',
  });
}
