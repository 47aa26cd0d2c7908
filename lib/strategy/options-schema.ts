import { z } from 'zod';
import { type Content, textProblem } from '../message/sms-text.js';
import { Words } from '../message/translations.js';
import {
  answeringAtOnce,
  callable,
  limiterSchema,
  localeSchema,
  nameSchema,
  positive,
  storeSchema,
  unknownOption,
  userIdSchema,
} from '../options/parse.js';
import { refusalCodes } from '../outcome.js';
import type { Provider } from '../providers/provider.js';
import { storageOf, storageProblems } from '../storage/storage.js';
import type { TwoFactorOptions, TwoFactorRouteOptions } from './options.js';

const seconds = positive('seconds').max(86_400, { error: 'must be at most a day (86400 seconds)' });

const limitsSchema = z.strictObject({
  attemptsPerChallenge: positive('attempts').max(20, { error: 'must be at most 20' }).default(5),
  failuresPerUser: positive('failures').max(100, { error: 'must be at most 100' }).default(10),
  failureWindow: seconds.default(900),
  lockDuration: seconds.default(900),
  maxLockDuration: seconds.default(86_400),
  consecutiveFailures: positive('failures')
    .max(100, { error: 'must be at most 100 (NIST SP 800-63B-4, 3.2.2)' })
    .default(100),
  resendCooldown: seconds.default(30),
  sendsPerHour: positive('messages').default(20),
  unansweredSendsPerHour: positive('messages').default(5),
  sendsPerHourPerIp: positive('messages').optional(),
  sendsPerHourTotal: positive('messages').optional(),
  firstFactorMaxAge: seconds.max(3600, { error: 'must be at most 3600 seconds' }).default(900),
});

const prefixesSchema = z.array(
  z.string().regex(/^\+[1-9]\d{0,14}$/, { error: "must hold prefixes like '+64' or '+1809'" }),
  { error: "must be a list of prefixes like ['+64', '+1809']" },
);

const providerSchema = z.custom<Provider>(
  (value) => {
    const told = (name: string): unknown => Reflect.get(Object(value), name);
    const codePattern = told('codePattern');
    return (
      typeof told('send') === 'function' &&
      typeof told('check') === 'function' &&
      typeof told('name') === 'string' &&
      Number(told('codeLifetime')) > 0 &&
      Number(told('timeout')) > 0 &&
      // A global or sticky one remembers where it stopped, and refuses every other code.
      codePattern instanceof RegExp &&
      !codePattern.global &&
      !codePattern.sticky
    );
  },
  {
    error:
      'must be a provider: name, codePattern (a plain regular expression), codeLifetime (seconds), timeout (milliseconds), send and check',
  },
);

/** Checks every option and fills in every default. */
export function optionsSchema<TUser>() {
  return z
    .strictObject(
      {
        provider: providerSchema,
        fallback: z.array(providerSchema, { error: 'must be a list of providers' }).optional(),
        destination: callable<TwoFactorOptions<TUser>['destination']>(
          'a function that gives the mobile number of a user: (user) => user.mobile',
        ),
        userId: userIdSchema<TUser>(),
        userVersion: answeringAtOnce<TUser, unknown>(
          'userVersion',
          'a function that gives what changes with the password: (user) => user.passwordChangedAt',
        ).optional(),
        content: contentSchema<TUser>(),
        originBoundTo: z
          .string({ error: 'must be a text' })
          .refine(isBareDomain, {
            error: "must be a bare domain in lower case, like 'example.com'",
          })
          .optional(),
        locale: localeSchema,
        messages: messagesSchema.optional(),
        allowedPrefixes: prefixesSchema
          .min(1, { error: 'must name at least one prefix, or nobody can be texted' })
          .optional(),
        deniedPrefixes: prefixesSchema.optional(),
        name: nameSchema.default('modica-2fa'),
        realm: nameSchema.default('users'),
        codeField: nameSchema.default('code'),
        resendField: nameSchema.default('resend'),
        challengeField: nameSchema.default('challenge'),
        userProperty: nameSchema.optional(),
        state: z
          .enum(['session', 'client'], { error: "must be 'session' or 'client'" })
          .default('session'),
        passReqToCallback: z.boolean({ error: 'must be true or false' }).default(false),
        verifyTimeout: positive('milliseconds')
          .max(600_000, { error: 'must be at most 600000 milliseconds' })
          .default(10_000),
        limits: limitsSchema.prefault({}),
        store: storeSchema,
        limiter: limiterSchema,
      },
      { error: unknownOption },
    )
    .superRefine((options, context) => {
      const {
        store,
        limiter,
        provider,
        fallback = [],
        limits,
        codeField,
        resendField,
        challengeField,
      } = options;
      const { allowedPrefixes = [], deniedPrefixes = [] } = options;
      if (allowedPrefixes.some((prefix) => deniedPrefixes.includes(prefix))) {
        context.addIssue('options "allowedPrefixes" and "deniedPrefixes" must not share a prefix');
      }
      const providers = [provider, ...fallback];
      if (new Set(providers.map(({ name }) => name)).size < providers.length) {
        context.addIssue('option "fallback" must hold providers of other names');
      }
      const timeout = providers.reduce((total, each) => total + each.timeout, 0);
      if (timeout >= limits.resendCooldown * 1000) {
        context.addIssue(
          'option "timeout" must be shorter than "limits.resendCooldown", and so must all of "fallback" together, or the answer to an older message could arrive after a newer one',
        );
      }
      for (const problem of storageProblems({ store, limiter })) context.addIssue(problem);
      if (new Set([codeField, resendField, challengeField]).size < 3) {
        context.addIssue('options "codeField", "resendField" and "challengeField" must differ');
      }
    })
    .transform(({ store, limiter, messages, ...rest }) => ({
      ...rest,
      words: new Words(messages),
      storage: storageOf({ store, limiter }),
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
  transaction: callable<NonNullable<TwoFactorRouteOptions['transaction']>>(
    'a function of the request that gives what the code approves',
  ).optional(),
  destination: callable<NonNullable<TwoFactorRouteOptions['destination']>>(
    'a function of the request that gives the new number',
  ).optional(),
  userProperty: nameSchema.optional(),
  challengeRedirect: nameSchema
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

function contentSchema<TUser>() {
  const error = 'must be a text, or a function that gives one';
  return z
    .union([z.string(), callable<Exclude<Content<TUser>, string>>('')], { error })
    .superRefine((content, context) => {
      const problem = typeof content === 'string' ? textProblem(content) : undefined;
      if (problem !== undefined) context.addIssue(`is unusable: ${problem}`);
    })
    .optional();
}

const messagesSchema = z.record(
  z.string().regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i),
  z.partialRecord(z.enum(refusalCodes), nameSchema.optional(), {
    error: 'must hold texts by the codes of refusals',
  }),
  { error: 'must hold words by languages like "en" or "es-DO": { es: { code_incorrect: "…" } }' },
);

/** As the line in the SMS takes it: no scheme, port or path, and as a browser would write it. */
function isBareDomain(text: string): boolean {
  return URL.canParse(`https://${text}`) && new URL(`https://${text}`).hostname === text;
}
