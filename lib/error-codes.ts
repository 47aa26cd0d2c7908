// The codes of errors, each with its HTTP status, its cause and what to do.

/**
 * Every code of an error and its HTTP status. Codes are stable, messages are not. The reference in docs is made from
 * these comments: the text is the cause, and `@hint` says what to do. An error's own `hint` names the option, the
 * route or the provider.
 */
export const errorStatus = {
  /**
   * An option is missing, misspelt or out of range: thrown at construction. Or a callback among the options returned
   * an invalid value, or options contradict each other: thrown in the first request in which this happens.
   * @hint Correct the option that the message names.
   */
  option_invalid: 500,
  /**
   * An option of a route or a guard is misspelt or invalid: thrown in the first request to the route.
   * @hint Correct what the route passes to `passport.authenticate`, to the guard or to `pending`.
   */
  route_option_invalid: 500,
  /**
   * No session middleware runs before this route, or its sessions lack a method that Passport needs.
   * @hint Mount session middleware, for example `express-session`, before the route. In an app without sessions,
   * set the strategy's option `state: 'client'` and the guards' option `verifiedAt`.
   */
  session_missing: 500,
  /**
   * No body parser runs before this route, or the parsed body is a Buffer, a string or a FormData, which have no
   * fields.
   * @hint Mount one before the route: `express.json()` or `express.urlencoded({ extended: false })`, in Koa
   * `bodyParser()`. A route that only requests codes needs none if it has `phase: 'challenge'`.
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
   * the app keeps the user elsewhere. To record a factor of your own, call `recordSecondFactor` in the callback of
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
   * set it. For a factor of your own, pass `{ user, amr }` to `recordSecondFactor`.
   */
  info_unknown: 500,
  /**
   * The HTTP client of the providers (got) could not be loaded, so nothing was sent.
   * @hint Run Jest with `node --experimental-vm-modules node_modules/jest/bin/jest.js`. Otherwise reinstall the
   * dependencies.
   */
  http_client_missing: 500,
  /**
   * The store, or the session store, threw or did not settle in time. The login fails.
   * @hint See `cause`, and check that the database can be reached. No code is sent or checked until it answers
   * again.
   */
  store_failed: 500,
  /**
   * The store returned a record that this version did not write, or the challenge of another provider. Or a stored
   * hash is not one of `generateRecoveryCodes`, or a user has the hashes of too many sets.
   * @hint Reserve the keys that begin with `passport-modica-2fa:` for this library, and let the user request a new
   * code. Return the hashes of recovery codes as they were stored, and delete those of the earlier set when you
   * store a new one.
   */
  store_record_unreadable: 500,
  /**
   * The limiter threw, did not settle in time, or does not count. The login fails.
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
   * The table for challenges and counters was created by another version, or its keys ignore case.
   * @hint Drop it and create it again. Users start a login in progress again, and locks end.
   */
  table_outdated: 500,
  /**
   * The provider could not be reached, so nothing was sent or checked.
   * @hint Check DNS, proxy, firewall, `agent` and `baseUrl`. A `fallback` sends codes during such an outage.
   */
  provider_unavailable: 503,
  /**
   * The provider did not process the request, because its rate limit was exceeded.
   * @hint Try again later, after `retryAfter` seconds if it is set. Ask the provider for a higher limit if this is
   * frequent.
   */
  provider_throttled: 503,
  /**
   * The provider may have sent or checked the code, but its answer was lost, late or a 5xx. The request is not
   * repeated.
   * @hint Let the user request a new code. Check `timeout` if this is frequent.
   */
  provider_outcome_unknown: 504,
  /**
   * The provider refuses the app's credentials, or the account is not allowed to send.
   * @hint Check the credentials, and the account's provisioning, sender and credit.
   */
  provider_credentials_refused: 500,
  /**
   * The provider's answer is not documented in its API, or a provider of your own broke the contract. Such an answer
   * never counts as a success.
   * @hint Check that `baseUrl` is the base URL of the 2FA API and that no proxy changes answers. Quote `requestId`
   * to the provider's support desk.
   */
  provider_reply_undocumented: 502,
  /**
   * The verify callback returned a value that is not a user, or a callback of the app failed with a value that is not
   * an Error.
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
