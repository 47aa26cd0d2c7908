import type { Request } from 'express';
import type { IdOf, Purpose, UserId } from '../challenge/challenge.js';
import type { Transaction } from '../challenge/transaction.js';
import type { LimiterFactory } from '../limits/limiter.js';
import type { Limits } from '../limits/settings.js';
import type { Content } from '../message/sms-text.js';
import type { Messages } from '../message/translations.js';
import type { Provider } from '../providers/provider.js';
import type { Store } from '../storage/storage.js';

/** All that a strategy can be told, whoever sends the codes. */
export interface TwoFactorOptions<TUser, TId extends UserId = IdOf<TUser>> {
  /**
   * The user's mobile number in E.164 form (`+64211234567`), from the user of the first factor.
   * Anything else ends in the refusal `destination_unusable`; nothing is guessed.
   */
  destination(user: TUser): string | null | undefined | Promise<string | null | undefined>;
  /**
   * What names the user in the app for good.
   * @default (user) => user.id
   */
  userId?(user: TUser): TId;
  /**
   * Something that changes whenever the user's password does: when that was, a count, or the password's
   * hash. A challenge that was asked for with the old password is void then, and a login with the new one
   * gets a code of its own. A user of whom there is nothing is an error.
   * @default none: call `cancel(userId)` where the password changes
   * @example (user) => user.passwordChangedAt
   */
  userVersion?(user: TUser): string | number | Date;
  /**
   * The text of the SMS; holds `%(code)s`, where the code goes. A function makes it of the user, the
   * language and what the code approves, whose values come to it fit for a text.
   * A `transaction` is shown in any case: where this is no function, by a text of ours in the user's language.
   * @default the provider's own text; with `originBoundTo` one of ours in the user's language
   * @example ({ locale }) => (locale === 'es' ? 'Su clave: %(code)s' : 'Your code: %(code)s')
   */
  content?: Content<TUser> | undefined;
  /**
   * The site, as a bare domain (`'example.com'`), that browsers and phones may fill the code in on, and
   * no other: the SMS gets the last line that they look for (WICG, origin-bound one-time codes).
   */
  originBoundTo?: string | undefined;
  /**
   * The user's language, for what they read and for `content`. English and Spanish are inside, `messages`
   * adds to them; 'es-DO' finds 'es', and what is not known is English.
   * @default 'en'
   * @example (req) => req.acceptsLanguages('en', 'es')
   */
  locale?: string | ((request: Request) => string | false | null | undefined) | undefined;
  /** What users read of a refusal, by language and by its code: yours goes before what is inside. */
  messages?: Messages | undefined;
  /**
   * Only numbers that begin so are texted, for example `['+64', '+61']`. Set it: it is what stops
   * somebody from making you call premium numbers abroad.
   */
  allowedPrefixes?: readonly string[] | undefined;
  /**
   * Numbers with one of these prefixes are not texted: premium and satellite ranges, or parts of an
   * allowed country. Of `allowedPrefixes` and these the longest prefix that matches decides; the same
   * prefix in both is an error at construction. The refusal is `destination_unusable`.
   * @default none
   * @example ['+1900', '+6491']
   */
  deniedPrefixes?: readonly string[] | undefined;
  /**
   * The name to register and authenticate under; a part of every challenge.
   * @default 'modica-2fa'
   */
  name?: string | undefined;
  /**
   * Whose users these are. Failures are counted per user of a realm, so give each set of users its
   * own: customers and staff whose ids overlap, or two apps on one Redis.
   * @default 'users'
   */
  realm?: string | undefined;
  /**
   * The key of the request's body that holds the code.
   * @default 'code'
   */
  codeField?: string | undefined;
  /**
   * The key of the request's body that asks for another SMS.
   * @default 'resend'
   */
  resendField?: string | undefined;
  /**
   * The key of the request's body that holds the challenge's id (`info.challenge.id`): a must with
   * `state: 'client'`. With a session it says which of several that wait there a code is for.
   * @default 'challenge'
   */
  challengeField?: string | undefined;
  /**
   * The key of the request that holds the user of the first factor or of the session, where that is
   * neither Passport's own nor the `userProperty` of `passport.initialize` or of @fastify/passport.
   * @default what Passport or @fastify/passport was given, or 'user'
   * @example 'auth' // express-jwt
   */
  userProperty?: string | undefined;
  /**
   * Where the client keeps the id of its challenge: in its session, or, without sessions, itself:
   * then it gets the id as `info.challenge.id` and sends it back in `challengeField`.
   * @default 'session'
   */
  state?: 'session' | 'client' | undefined;
  /**
   * Calls verify with the request first.
   * @default false
   */
  passReqToCallback?: boolean | undefined;
  /**
   * Milliseconds until a verify callback that does not settle is an error.
   * @default 10000
   */
  verifyTimeout?: number | undefined;
  /**
   * Who sends the code when the first provider provably did not: in this order. When nobody knows
   * whether it did (a timeout, a 5xx), none of them sends by itself: the user's resend goes to the next.
   * Each needs a `name` of its own; the timeouts of all together must be shorter than
   * `limits.resendCooldown`.
   * @default none
   * @example [new NexmoProvider({ apiKey, apiSecret })]
   */
  fallback?: readonly Provider[] | undefined;
  /** How often a code may be sent and tried. */
  limits?: Limits | undefined;
  /**
   * Where pending challenges wait: anything Keyv-shaped. Needs `limiter` beside it: a shared store
   * with counters in each process would fail open.
   * @default this process's memory, shared by all strategies in it
   */
  store?: Store | undefined;
  /**
   * Makes the rate-limiter-flexible limiters that hold every counter and claim. Needs `store`.
   * @default this process's memory, shared by all strategies in it
   */
  limiter?: LimiterFactory | undefined;
}

/** What a route can ask of a strategy: `passport.authenticate('modica-2fa', { … })`. */
export interface TwoFactorRouteOptions {
  /**
   * What the code is for. `login`: the user comes from the first factor of this very request.
   * `step-up`: the logged-in user confirms something. `enrol`: the logged-in user proves a new
   * number. Use the last two with `passport.authorize`.
   * @default 'login'
   */
  purpose?: Purpose | undefined;
  /**
   * Pins what the route does. Without it a body with a code is a response, and any other asks for a
   * challenge. An unpinned login route takes a session that is logged in for half a login, whatever is
   * posted (`first_factor_logged_in`, and it is logged out): pin the route of the code page to
   * `'response'`, or a second tab logs its user out.
   */
  phase?: 'challenge' | 'response' | undefined;
  /**
   * The transaction that the code approves, best from a draft on the server: a string, or plain values
   * by name. Strings and names are normalised first (Unicode's NFKC: letters and their accents become one
   * character, no-break spaces blanks, `Nº` `No`, and `10²` `102`). What an SMS cannot show then is
   * refused (`transaction_unusable`): at most 10 values, names of 30 characters, values of 100, a string by
   * itself of 300, and 650 in all. It is shown in the SMS, the same in both phases or the challenge is
   * void, and comes back normalised as `info.transaction`: execute that. It is called before anything is sent
   * or counted, and what it throws reaches the client as it is: validate the body here, because guards of
   * NestJS run before its pipes, and throw a `BadRequestException` or an error of `http-errors`.
   */
  transaction?: ((request: Request) => Transaction | Promise<Transaction>) | undefined;
  /**
   * With `purpose: 'enrol'`: the new number, the same in both phases. Read it from the server's side.
   * What it throws reaches the client, as with `transaction`.
   */
  destination?:
    | ((request: Request) => string | null | undefined | Promise<string | null | undefined>)
    | undefined;
  /**
   * The key of the request that holds the user, where it differs from the strategy's `userProperty`.
   * @default the strategy's
   */
  userProperty?: string | undefined;
  /** Where to send the browser once a code is on its way. */
  challengeRedirect?: string | undefined;
}
