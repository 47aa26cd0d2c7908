// The options of a strategy and of its routes.
import type { Request } from 'express';
import type { IdOf, Purpose, UserId } from '../challenge/challenge.js';
import type { Transaction } from '../challenge/transaction.js';
import type { LimiterFactory } from '../limits/limiter.js';
import type { Limits } from '../limits/options.js';
import type { Content } from '../message/sms-text.js';
import type { Messages } from '../message/translations.js';
import type { Provider } from '../providers/provider.js';
import type { RecoveryCodeOptions } from '../recovery-codes/options.js';
import type { Store } from '../storage/storage.js';

/** The options of a strategy, apart from its provider. */
export interface TwoFactorOptions<TUser, TId extends UserId = IdOf<TUser>> {
  /**
   * Returns the user's mobile number in E.164 format (`+64211234567`), for the user of the first factor.
   * The refusal is `destination_missing` for `null`, `undefined` or an empty string, and
   * `destination_unusable` for any other value: no country code is guessed.
   */
  destination(user: TUser): string | null | undefined | Promise<string | null | undefined>;
  /**
   * Returns the user's stable, unique id: a non-empty string or a finite number, always of the same type.
   * @default (user) => user.id
   */
  userId?(user: TUser): TId;
  /**
   * Returns a value that changes whenever the user's password does: a timestamp, a counter or the password's
   * hash. A challenge from before the change is void, and a login with the new password gets a new code. An
   * error (`user_unusable`) is thrown if there is no value for a user.
   * @default none: call `cancel(userId)` when a password changes
   * @example (user) => user.passwordChangedAt
   */
  userVersion?(user: TUser): string | number | Date;
  /**
   * Returns whether a login needs a second factor, for apps in which users choose or a policy decides. It is
   * called with the user of the first factor, before a code is sent. After `false` the login is complete,
   * with the info `{ code: 'not_required' }`, which no guard accepts as a second factor; the verify callback
   * is not called. A step-up, a transaction and `enrol` always need a code.
   *
   * An error fails the login, as does any result but `true` and `false` (`option_invalid`).
   * @default () => true
   * @example (user) => user.role === 'admin' || user.mobile !== null
   */
  required?(user: TUser, request: Request): boolean | Promise<boolean>;
  /**
   * The text of the SMS, with `%(code)s` where the code goes. A function returns it for a user, a language and
   * a transaction, whose values are already safe to show in an SMS. A transaction is always shown: without a
   * function, in a built-in text in the user's language.
   * @default the provider's own text; with `originBoundTo` a built-in text in the user's language
   * @example ({ locale }) => (locale === 'es' ? 'Su clave: %(code)s' : 'Your code: %(code)s')
   */
  content?: Content<TUser> | undefined;
  /**
   * The site, as a bare domain (`'example.com'`), in which browsers and phones may fill in the code. Adds the
   * last line that they expect (WICG, Origin-bound one-time codes delivered via SMS).
   * @default none
   */
  originBoundTo?: string | undefined;
  /**
   * The user's language, for refusals and for `content`. English and Spanish are built in; `messages` adds
   * others. 'es-DO' falls back to 'es', and an unknown language to English. The request is the framework's:
   * Fastify's has no `acceptsLanguages`, so read `headers['accept-language']` there.
   * @default 'en'
   * @example (req) => req.acceptsLanguages('en', 'es')
   */
  locale?: string | ((request: Request) => string | false | null | undefined) | undefined;
  /**
   * Messages of refusals by language and refusal code. They replace the built-in ones.
   * @default none
   */
  messages?: Messages | undefined;
  /**
   * Messages are sent only to numbers with one of these prefixes. This is your defence against SMS pumping: set it.
   * @default any number
   * @example ['+64', '+61']
   */
  allowedPrefixes?: readonly string[] | undefined;
  /**
   * Numbers with one of these prefixes are refused with `destination_unusable`: premium and satellite ranges,
   * or parts of an allowed country. The longest matching prefix of both lists decides. A prefix in both is
   * the error `option_invalid`.
   * @default none
   * @example ['+1900', '+6491']
   */
  deniedPrefixes?: readonly string[] | undefined;
  /**
   * The name under which Passport registers the strategy. It is part of every challenge.
   * @default 'modica-2fa'
   */
  name?: string | undefined;
  /**
   * The set of users that ids belong to. Failures are counted for each user of a realm, so each set needs a
   * realm of its own: customers and staff with overlapping ids, or two apps on one Redis.
   * @default 'users'
   */
  realm?: string | undefined;
  /**
   * The field of the request body with the code.
   * @default 'code'
   */
  codeField?: string | undefined;
  /**
   * The field of the request body that requests another code: `1`, `true` or `sms` for an SMS, `voice` for a
   * phone call with the code, where a provider makes calls (Infobip does). Any other value is refused.
   * @default 'resend'
   */
  resendField?: string | undefined;
  /**
   * The field of the request body with a recovery code, read if `recoveryCodes` is set. An empty one, which a
   * form posts, is ignored.
   * @default 'recoveryCode'
   */
  recoveryCodeField?: string | undefined;
  /**
   * The field of the request body with the challenge's id (`info.challenge.id`). Required with
   * `state: 'client'`; with a session it selects one of several pending challenges.
   * @default 'challenge'
   */
  challengeField?: string | undefined;
  /**
   * The property of the request with the user of the first factor or of the session, if it is neither
   * Passport's own nor the `userProperty` of `passport.initialize` or of `@fastify/passport`.
   * @default the property of Passport or `@fastify/passport`, or 'user'
   * @example 'auth' // express-jwt
   */
  userProperty?: string | undefined;
  /**
   * Where the challenge's handle is kept: in the session, or, in an app without sessions, by the client. A
   * client gets the handle as `info.challenge.id` and posts it in `challengeField`.
   * @default 'session'
   */
  state?: 'session' | 'client' | undefined;
  /**
   * Whether the verify callback gets the request as its first argument.
   * @default false
   */
  passReqToCallback?: boolean | undefined;
  /**
   * The time limit of each of the app's callbacks in milliseconds, at most 600000: the verify callback,
   * `required`, `content`, `destination`, those of `recoveryCodes`, and a route's `transaction` and
   * `destination`. One that has not settled by then is the error `verify_timed_out`.
   * @default 10000
   */
  verifyTimeout?: number | undefined;
  /**
   * The users' recovery codes in your database, of `generateRecoveryCodes`. One of them replaces the code in a
   * login or a step-up: on the code page, or posted with the password, where no message is then sent. It
   * approves no transaction and enrols no number.
   * @default none: recovery codes are not accepted
   */
  recoveryCodes?: RecoveryCodeOptions<TId> | undefined;
  /**
   * Providers to try, in this order, if the previous one provably did not send the code. If that is unknown (a
   * timeout, a 5xx), no other is tried automatically; the user's resend goes to the next one. Each needs a
   * `name` of its own, and all timeouts together must be shorter than `limits.resendCooldown`.
   * @default none
   * @example [new NexmoProvider({ apiKey, apiSecret })]
   */
  fallback?: readonly Provider[] | undefined;
  /** How often codes may be sent and entered. */
  limits?: Limits | undefined;
  /**
   * Where pending challenges are stored, such as a Keyv. Requires `limiter`: a shared store with counters in
   * each process would fail open.
   * @default the memory of this process, shared by all its strategies
   */
  store?: Store | undefined;
  /**
   * Creates the rate-limiter-flexible limiters of all counters and claims. Requires `store`.
   * @default the memory of this process, shared by all its strategies
   */
  limiter?: LimiterFactory | undefined;
}

/** The options of a route: `passport.authenticate('modica-2fa', { … })`. */
export interface TwoFactorRouteOptions {
  /**
   * What the code is for. `login`: to complete the login of a user who has passed the first factor in this
   * same request. `step-up`: to confirm an action of the logged-in user. `enrol`: to prove a new number of the
   * logged-in user. Use the last two with `passport.authorize`.
   * @default 'login'
   */
  purpose?: Purpose | undefined;
  /**
   * Pins the phase of the route. An unpinned route treats a body with a code as a response, and any other as
   * a request for a challenge. An unpinned login route also treats a logged-in session as an incomplete login,
   * whatever is posted: it logs the user out, with the error `first_factor_logged_in`. Pin the route of the
   * code page to `'response'`, or a second tab logs its user out.
   * @default unpinned
   */
  phase?: 'challenge' | 'response' | undefined;
  /**
   * Returns the transaction that the code approves, preferably from a draft on the server: a string, or plain
   * values by name. It is shown in the SMS, must be the same in both phases (`transaction_mismatch`), and is
   * returned as `info.transaction`: execute that one.
   *
   * Strings and names are normalised first (Unicode NFKC: letters and their accents become one character,
   * no-break spaces become spaces, `Nº` becomes `No`, and `10²` becomes `102`). The refusal
   * `transaction_unusable` follows if an SMS cannot show the result, or if it is too long: at most 10 values,
   * names of 30 characters, values of 100, a single string of 300, and 650 in total.
   *
   * It is called before anything is sent or counted, and its errors are passed on unchanged. Validate the body
   * here, because guards of NestJS run before its pipes: throw a `BadRequestException` or an error of
   * `http-errors`.
   * @default none
   */
  transaction?: ((request: Request) => Transaction | Promise<Transaction>) | undefined;
  /**
   * Returns the new number; required with `purpose: 'enrol'`, and the same in both phases. Read it from
   * server-side state. Its errors are passed on unchanged, like those of `transaction`.
   * @default none
   */
  destination?:
    | ((request: Request) => string | null | undefined | Promise<string | null | undefined>)
    | undefined;
  /**
   * The property of the request with the user, if it differs from the strategy's `userProperty`.
   * @default the strategy's
   */
  userProperty?: string | undefined;
  /**
   * Where to redirect the browser once a code has been sent: a URL as it is written in a header.
   * @default none: Passport fails the request, with `challenge_sent` as `info.code`
   */
  challengeRedirect?: string | undefined;
}
