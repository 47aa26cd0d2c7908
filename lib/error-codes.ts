// The codes of errors, each with its HTTP status, its cause and its cure.

/**
 * Every code of an error and its HTTP status. Codes are stable, messages are not. The reference in docs is made of
 * these comments: the text is the cause, `@hint` what to do. An error's own `hint` names the option, the route or
 * the provider.
 */
export const errorStatus = {
  /**
   * An option is missing, misspelt or out of range: thrown at construction. Or a callback among the options
   * returned something unusable, or two options contradict each other: thrown by the first request that shows it.
   * @hint Correct the option that the message names.
   */
  option_invalid: 500,
  /**
   * The same for an option of a route or a guard, found at its first request.
   * @hint Correct what the route passes to `passport.authenticate`, to the guard or to `pending`.
   */
  route_option_invalid: 500,
  /**
   * No session middleware runs before this route, or its sessions lack a method that Passport needs.
   * @hint Mount session middleware, for example `express-session`, before the route. In an app without sessions
   * set `state: 'client'` in the strategy and `verifiedAt` in the guards.
   */
  session_missing: 500,
  /**
   * No body parser runs before this route, or the parsed body is a Buffer, a string or a FormData, which have no
   * fields.
   * @hint Mount one before the route: `express.json()` or `express.urlencoded({ extended: false })`, in Koa
   * `bodyParser()`. A route that only requests codes needs none with `phase: 'challenge'`.
   */
  body_missing: 500,
  /**
   * The session was logged in before the second factor, so the first factor alone would have completed the login.
   * It has been logged out again.
   * @hint Pass `{ session: false }` to the first factor's `passport.authenticate`; in NestJS, don't call `logIn` in
   * its guard. If users who are logged in can log in again, call `req.logout` before the first factor.
   */
  first_factor_logged_in: 500,
  /**
   * The session is logged in, but the request has no user; or a second factor was recorded without a login.
   * @hint Mount `passport.session()` after the session middleware and before the route, and set `userProperty` if
   * the app keeps the user elsewhere. Call `recordSecondFactor` with a factor of your own in the callback of
   * `req.logIn`.
   */
  user_not_loaded: 500,
  /**
   * The user has no id, an id of another type than before, or no `userVersion` or `passwordVersion`; or the second
   * factor to record is another user's.
   * @hint Return a non-empty string or a finite number from `userId`, of the same type everywhere: in the strategy,
   * in `verify`, in the guards, in `trustedDevices` and in `recordSecondFactor`. Return a version for every user.
   */
  user_unusable: 500,
  /**
   * `recordSecondFactor` or `trust` was called for a request in which no code was verified, or with a copy of its
   * info.
   * @hint Pass `req.authInfo` itself, in the process that verified the code, and leave `req.user` as the strategy
   * set it. For a factor of your own pass `recordSecondFactor` `{ user, amr }`.
   */
  info_unknown: 500,
  /**
   * The HTTP client of the providers (got) could not be loaded, so nothing was sent.
   * @hint Run Jest with `node --experimental-vm-modules node_modules/jest/bin/jest.js`. Otherwise reinstall the
   * dependencies.
   */
  http_client_missing: 500,
  /**
   * The store, or the store of the sessions, threw or did not settle in time. The login fails closed.
   * @hint See `cause`, and check that the database can be reached. No code is sent or checked until it answers
   * again.
   */
  store_failed: 500,
  /**
   * The store returned a record that this version did not write, or a provider got the challenge of another one. Or
   * a stored hash is not one of `generateRecoveryCodes`, or a user has those of too many sets.
   * @hint Reserve the keys that begin with `passport-modica-2fa:` for this library, and let the user request a new
   * code. Return the hashes of recovery codes as they were stored, and delete those of the earlier set when you
   * store a new one.
   */
  store_record_unreadable: 500,
  /**
   * The limiter threw, did not settle in time, or does not count. The login fails closed.
   * @hint See `cause`, and check that the database can be reached. Run `storageConformance` on a limiter of your
   * own.
   */
  limiter_failed: 500,
  /**
   * The database has no table for challenges and counters.
   * @hint Create it before the app starts, with `createTables` or with the statements that
   * `npx passport-modica-2fa sql` prints.
   */
  table_missing: 500,
  /**
   * The table for challenges and counters is of another version, or its keys ignore case.
   * @hint Drop it and create it again. Logins in progress start again, and locks end.
   */
  table_outdated: 500,
  /**
   * The request never left, so nothing was sent or checked.
   * @hint Check DNS, proxy, firewall, `agent` and `baseUrl`. A `fallback` sends meanwhile.
   */
  provider_unavailable: 503,
  /**
   * The provider's rate limit is exceeded; it did not process the request.
   * @hint Try again later, after `retryAfter` seconds if it is set. Ask the provider for a higher limit if this is
   * frequent.
   */
  provider_throttled: 503,
  /**
   * The provider may have acted, but its answer was lost, late or a 5xx. The request is not repeated.
   * @hint Let the user request a new code. Check `timeout` if this is frequent.
   */
  provider_outcome_unknown: 504,
  /**
   * The provider refuses the app's credentials, or its account may not send.
   * @hint Check the credentials, what the account is provisioned for, its sender and its credit.
   */
  provider_credentials_refused: 500,
  /**
   * The provider's answer is not one that its API documents, or a provider of your own broke its contract. It never
   * counts as success.
   * @hint Check that `baseUrl` is the base URL of the 2FA API and that no proxy changes answers. Quote `requestId`
   * to the provider's support desk.
   */
  provider_reply_undocumented: 502,
  /**
   * The verify callback returned something that is not a user, or a callback of the app failed with something that
   * is not an Error.
   * @hint Return the user object or undefined, and throw, reject or call `done` with an Error.
   */
  verify_failed: 500,
  /**
   * The verify callback, or another callback of the app, did not settle within `verifyTimeout`.
   * @hint Return a promise of the result, or call `done`. Raise `verifyTimeout` if it needs more time.
   */
  verify_timed_out: 500,
} as const;

/** The `code` of a `TwoFactorError`. */
export type TwoFactorErrorCode = keyof typeof errorStatus;
