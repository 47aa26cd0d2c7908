import type { Request } from 'express';
import { z } from 'zod';
import type { Binding } from './binding.js';
import type { IdOf, Purpose, UserId } from './challenge.js';
import { SetupError } from './errors.js';
import type { LimiterFactory } from './limits/limiter.js';
import { countsInThisProcess, memoryLimiter } from './limits/memory.js';
import type { Limits } from './limits/settings.js';
import type { Provider } from './providers/provider.js';
import { MemoryStore } from './stores/memory.js';
import type { Store } from './stores/store.js';

/** Both halves of the memory: pending challenges, and the counters that guard them. */
export interface Memory {
  store: Store;
  limiter: LimiterFactory;
}

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
   * Only numbers that begin so are texted, for example `['+64', '+61']`. Set it: it is what stops
   * somebody from making you call premium numbers abroad.
   */
  allowedPrefixes?: readonly string[] | undefined;
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
   * The key of the request's body that holds the challenge's id, with `carrier: 'body'`.
   * @default 'challenge'
   */
  challengeField?: string | undefined;
  /**
   * Where the client keeps the id of its challenge: in its session, or, without sessions, itself:
   * then it gets the id as `info.challenge.id` and sends it back in `challengeField`.
   * @default 'session'
   */
  carrier?: 'session' | 'body' | undefined;
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
   * challenge.
   */
  phase?: 'challenge' | 'response' | undefined;
  /** The transaction that the code approves; the same in both phases or the challenge is void. */
  binding?: ((request: Request) => Binding | Promise<Binding>) | undefined;
  /** With `purpose: 'enrol'`: the new number, the same in both phases. Read it from the server's side. */
  destination?:
    | ((request: Request) => string | null | undefined | Promise<string | null | undefined>)
    | undefined;
  /** Where to send the browser once a code is on its way. */
  challengeRedirect?: string | undefined;
}

const positive = (what: string) =>
  z
    .number({ error: `must be a number of ${what}` })
    .int({ error: `must be a whole number of ${what}` })
    .min(1, { error: 'must be at least 1' });

const seconds = positive('seconds').max(86_400, { error: 'must be at most a day (86400 seconds)' });

const limitsSchema = z.strictObject({
  attemptsPerChallenge: positive('attempts').max(20, { error: 'must be at most 20' }).default(5),
  failuresPerUser: positive('failures').max(100, { error: 'must be at most 100' }).default(10),
  failureWindow: seconds.default(900),
  lockDuration: seconds.default(900),
  longestLock: seconds.default(86_400),
  failuresInARow: positive('failures')
    .max(100, { error: 'must be at most 100 (NIST SP 800-63B-4, 3.2.2)' })
    .default(100),
  resendAfter: seconds.default(30),
  sendsPerHour: positive('messages').default(5),
  sendsPerHourPerIp: positive('messages').optional(),
  sendsPerHourOverall: positive('messages').optional(),
  firstFactorAge: seconds.max(3600, { error: 'must be at most 3600 seconds' }).default(900),
});

const callable = <T>(what: string) =>
  z.custom<T>((value) => typeof value === 'function', { error: `must be ${what}` });

const name = z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' });

const withMethods = <T>(methods: readonly string[], error: string) =>
  z.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof Reflect.get(value, method) === 'function'),
    { error },
  );

const providerSchema = z.custom<Provider>(
  (value) => {
    const told = (name: string): unknown => Reflect.get(Object(value), name);
    const codeForm = told('codeForm');
    return (
      typeof told('send') === 'function' &&
      typeof told('check') === 'function' &&
      typeof told('name') === 'string' &&
      Number(told('lifetime')) > 0 &&
      Number(told('timeout')) > 0 &&
      // A global or sticky one remembers where it stopped, and refuses every other code.
      codeForm instanceof RegExp &&
      !codeForm.global &&
      !codeForm.sticky
    );
  },
  {
    error:
      'must be a provider: name, codeForm (a plain regular expression), lifetime and timeout (milliseconds), send and check',
  },
);

const processMemory: Memory = inMemory();

/**
 * A memory of its own in this process. All strategies share one unless they are told otherwise, so
 * that a user has one count of failures however many strategies an app has; give each its own where
 * they serve different sets of users, or in tests.
 *
 * @example
 * new ModicaTwoFactorStrategy({ ...inMemory(), username, password, destination }, verify)
 */
export function inMemory(): Memory {
  return { store: new MemoryStore(), limiter: memoryLimiter() };
}

/** Checks every option and fills in every default. */
export function optionsSchema<TUser>() {
  return z
    .strictObject(
      {
        provider: providerSchema,
        destination: callable<TwoFactorOptions<TUser>['destination']>(
          'a function that gives the mobile number of a user: (user) => user.mobile',
        ),
        userId: callable<(user: TUser) => unknown>(
          'a function that gives the id of a user: (user) => user.id',
        ).default(() => idOf),
        allowedPrefixes: z
          .array(
            z.string().regex(/^\+[1-9]\d{0,14}$/, {
              error: "must hold prefixes like '+64' or '+1809'",
            }),
            { error: "must be a list of prefixes like ['+64', '+1809']" },
          )
          .min(1, { error: 'must name at least one prefix, or nobody can be texted' })
          .optional(),
        name: name.default('modica-2fa'),
        realm: name.default('users'),
        codeField: name.default('code'),
        resendField: name.default('resend'),
        challengeField: name.default('challenge'),
        carrier: z
          .enum(['session', 'body'], { error: "must be 'session' or 'body'" })
          .default('session'),
        passReqToCallback: z.boolean({ error: 'must be true or false' }).default(false),
        verifyTimeout: positive('milliseconds')
          .max(600_000, { error: 'must be at most 600000 milliseconds' })
          .default(10_000),
        limits: limitsSchema.prefault({}),
        store: withMethods<Store>(
          ['get', 'set', 'delete'],
          'must have get, set and delete, like new Keyv(…)',
        ).optional(),
        limiter: callable<LimiterFactory>(
          'a function that makes a limiter: (options) => new RateLimiterRedis({ storeClient, ...options })',
        ).optional(),
      },
      {
        error: (issue) =>
          issue.code === 'unrecognized_keys' ? unknownOption(issue.keys) : undefined,
      },
    )
    .superRefine((options, context) => {
      const { store, limiter, provider, limits, codeField, resendField, challengeField } = options;
      if (provider.timeout >= limits.resendAfter * 1000) {
        context.addIssue(
          'option "timeout" must be shorter than "limits.resendAfter", or the answer to an older message could arrive after a newer one',
        );
      }
      if (swallowsErrors(store)) {
        context.addIssue(
          'option "store" has an adapter that swallows errors: a message would go out for a challenge that was never written; set its throwOnErrors to true',
        );
      }
      if ((store === undefined) !== (limiter === undefined)) {
        context.addIssue(
          'options "store" and "limiter" go together: a shared store with counters in each process would fail open, and so would the reverse',
        );
      }
      if (new Set([codeField, resendField, challengeField]).size < 3) {
        context.addIssue('options "codeField", "resendField" and "challengeField" must differ');
      }
    })
    .transform(({ store, limiter, ...rest }) => ({
      ...rest,
      memory: store && limiter ? { store, limiter: sharedLike(store, limiter) } : processMemory,
    }));
}

/** Checks what a route asks for; the same object holds Passport's own options. */
export const routeSchema = z.object({
  purpose: z
    .enum(['login', 'step-up', 'enrol'], { error: "must be 'login', 'step-up' or 'enrol'" })
    .default('login'),
  phase: z
    .enum(['challenge', 'response'], { error: "must be 'challenge' or 'response'" })
    .optional(),
  binding: callable<NonNullable<TwoFactorRouteOptions['binding']>>(
    'a function of the request that gives what the code approves',
  ).optional(),
  destination: callable<NonNullable<TwoFactorRouteOptions['destination']>>(
    'a function of the request that gives the new number',
  ).optional(),
  challengeRedirect: name
    .regex(/^[\x21-\x7e]+$/, { error: 'must be a URL as it stands in a header: encodeURI(…)' })
    .optional(),
  failWithError: z.unknown().optional(),
  failureRedirect: z.unknown().optional(),
  failureFlash: z.unknown().optional(),
  failureMessage: z.unknown().optional(),
});

/** The verify callback; how it is called depends on `passReqToCallback`. */
export const verifySchema = callable<(...args: readonly unknown[]) => unknown>(
  'The verify callback is missing: the last argument is a function that loads the user, ({ userId }) => users.find(userId)',
);

/** Keyv says through its adapter whether a failure is told or kept quiet. */
function swallowsErrors(store: Store | undefined): boolean {
  const adapter: unknown = Reflect.get(Object(store), 'store');
  return Reflect.get(Object(adapter), 'throwOnErrors') === false;
}

/** A store that other processes may share needs counters that they share. */
function sharedLike(store: Store, limiter: LimiterFactory): LimiterFactory {
  if (store instanceof MemoryStore) return limiter;
  return (options) => {
    const made = limiter(options);
    if (!countsInThisProcess(made)) return made;
    throw new SetupError('option_invalid', {
      problem:
        'Option "limiter" counts in this process alone, and "store" may be shared: every process would allow as much again, and a code could be used once in each.',
      cure: 'Make limiters where the store is (RateLimiterRedis, RateLimiterPostgres, …), or leave out both.',
    });
  };
}

function idOf(user: unknown): unknown {
  return typeof user === 'object' && user !== null ? Reflect.get(user, 'id') : undefined;
}

function unknownOption(keys: readonly string[]): string {
  return `there is no option ${keys.map((key) => `"${key}"`).join(', ')}; look for a misspelling`;
}
