// The options of a strategy: valid values, defaults, and the resulting settings.
import { z } from 'zod';
import { userIdSchema } from '../challenge/challenge.js';
import { limitsSchema } from '../limits/options.js';
import { type Content, textProblem } from '../message/sms-text.js';
import { localeSchema, Translations } from '../message/translations.js';
import {
  answeringAtOnce,
  callable,
  nonEmptyString,
  parseOptions,
  positive,
} from '../options/parse.js';
import { longestCodeLifetime, type Provider } from '../providers/provider.js';
import { recoveryCodesSchema } from '../recovery-codes/options.js';
import { refusalCodes } from '../refusal.js';
import {
  limiterSchema,
  storageOf,
  storageProblems,
  storeSchema,
} from '../storage/configured-storage.js';
import type { TwoFactorOptions } from './options.js';

/**
 * Returns the options of a strategy with every default filled in, and with the objects made of them.
 *
 * @throws {ConfigurationError} `option_invalid`
 */
export function parseStrategyOptions<TUser>(options: unknown) {
  const { store, limiter, messages, ...rest } = parseOptions(optionsSchema<TUser>(), options);
  return {
    ...rest,
    translations: new Translations(messages),
    storage: storageOf({ store, limiter }),
  };
}

export type StrategySettings<TUser> = ReturnType<typeof parseStrategyOptions<TUser>>;

/**
 * Returns the verify callback. `passReqToCallback` decides how it is called.
 *
 * @throws {ConfigurationError} `option_invalid`
 */
export function parseVerify(verify: unknown): (...args: readonly unknown[]) => unknown {
  return parseOptions(verifySchema, verify);
}

const verifySchema = z.custom<(...args: readonly unknown[]) => unknown>(
  (verify) => typeof verify === 'function',
  {
    error:
      'The verify callback is missing. Pass a function that loads the user as the last argument: ({ userId }) => users.find(userId)',
  },
);

function optionsSchema<TUser>() {
  return z
    .strictObject({
      provider: providerSchema,
      fallback: z.array(providerSchema, { error: 'must be a list of providers' }).optional(),
      destination: callable<TwoFactorOptions<TUser>['destination']>(
        'a function that returns the mobile number of a user: (user) => user.mobile',
      ),
      userId: userIdSchema<TUser>(),
      userVersion: answeringAtOnce<TUser, unknown>(
        'userVersion',
        'a function that returns what changes with the password: (user) => user.passwordChangedAt',
      ).optional(),
      required: callable<NonNullable<TwoFactorOptions<TUser>['required']>>(
        'a function that returns whether a user needs a second factor: (user) => user.mobile !== null',
      ).optional(),
      content: contentSchema<TUser>(),
      originBoundTo: z
        .string()
        .refine(isBareDomain, {
          error: "must be a bare domain in lower case, like 'example.com'",
        })
        .optional(),
      locale: localeSchema,
      messages: messagesSchema.optional(),
      allowedPrefixes: prefixesSchema
        .min(1, { error: 'must contain at least one prefix, or no message can be sent' })
        .optional(),
      deniedPrefixes: prefixesSchema.optional(),
      name: nonEmptyString.default('modica-2fa'),
      realm: nonEmptyString.default('users'),
      codeField: nonEmptyString.default('code'),
      resendField: nonEmptyString.default('resend'),
      recoveryCodeField: nonEmptyString.default('recoveryCode'),
      challengeField: nonEmptyString.default('challenge'),
      userProperty: nonEmptyString.optional(),
      state: z
        .enum(['session', 'client'], { error: "must be 'session' or 'client'" })
        .default('session'),
      passReqToCallback: z.boolean().default(false),
      verifyTimeout: positive('milliseconds')
        .max(600_000, { error: 'must be at most 600000 milliseconds' })
        .default(10_000),
      recoveryCodes: recoveryCodesSchema.optional(),
      limits: limitsSchema.prefault({}),
      store: storeSchema,
      limiter: limiterSchema,
    })
    .superRefine((options, context) => {
      for (const problem of [...problemsAcross(options), ...storageProblems(options)]) {
        context.addIssue(problem);
      }
    });
}

/** Conflicts between options that are each valid by themselves. */
function* problemsAcross({
  allowedPrefixes = [],
  deniedPrefixes = [],
  provider,
  fallback = [],
  limits,
  codeField,
  resendField,
  recoveryCodeField,
  challengeField,
}: ComparedOptions): Iterable<string> {
  if (allowedPrefixes.some((prefix) => deniedPrefixes.includes(prefix))) {
    yield 'The options "allowedPrefixes" and "deniedPrefixes" must not share a prefix';
  }
  const providers = [provider, ...fallback];
  if (new Set(providers.map(({ name }) => name)).size < providers.length) {
    yield 'Each provider in "fallback" must have a name of its own';
  }
  const timeout = providers.reduce((total, each) => total + each.timeout, 0);
  if (timeout >= limits.resendCooldown * 1000) {
    yield 'The option "timeout" must be shorter than "limits.resendCooldown", and so must the timeouts of all providers in "fallback" together, or the answer to an older message could arrive after a newer one';
  }
  if (new Set([codeField, resendField, recoveryCodeField, challengeField]).size < 4) {
    yield 'The options "codeField", "resendField", "recoveryCodeField" and "challengeField" must differ';
  }
}

interface ComparedOptions {
  readonly allowedPrefixes?: readonly string[] | undefined;
  readonly deniedPrefixes?: readonly string[] | undefined;
  readonly provider: Provider;
  readonly fallback?: readonly Provider[] | undefined;
  readonly limits: { readonly resendCooldown: number };
  readonly codeField: string;
  readonly resendField: string;
  readonly recoveryCodeField: string;
  readonly challengeField: string;
}

const prefixesSchema = z.array(
  z.string().regex(/^\+[1-9]\d{0,14}$/, { error: "must be a prefix like '+64' or '+1809'" }),
  { error: "must be a list of prefixes like ['+64', '+1809']" },
);

const providerSchema = z.custom<Provider>(
  (value) => {
    const property = (name: string): unknown => Reflect.get(Object(value), name);
    const codePattern = property('codePattern');
    return (
      typeof property('send') === 'function' &&
      typeof property('check') === 'function' &&
      ['function', 'undefined'].includes(typeof property('call')) &&
      typeof property('name') === 'string' &&
      isWithin(property('codeLifetime'), longestCodeLifetime) &&
      isWithin(property('timeout'), Number.MAX_VALUE) &&
      // A global or sticky expression keeps `lastIndex` between tests, and would reject every other code.
      codePattern instanceof RegExp &&
      !codePattern.global &&
      !codePattern.sticky
    );
  },
  {
    error: `must be a provider: name, codePattern (a regular expression without the flags g and y), codeLifetime (seconds, at most ${longestCodeLifetime}), timeout (milliseconds), send and check, and call only as a function`,
  },
);

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && value > 0 && value <= most;
}

function contentSchema<TUser>() {
  const error = 'must be a string, or a function that returns one';
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
  z.partialRecord(z.enum(refusalCodes), nonEmptyString.optional(), {
    // An unknown code is an unknown option; its message suggests the nearest one.
    error: ({ code }) =>
      code === 'invalid_type'
        ? 'must map refusal codes to strings: { code_incorrect: "…" }'
        : undefined,
  }),
  {
    error: 'must map languages like "en" or "es-DO" to messages: { es: { code_incorrect: "…" } }',
  },
);

/** As browsers serialise a host: the origin-bound line in the SMS has no scheme, port or path. */
function isBareDomain(domain: string): boolean {
  return URL.canParse(`https://${domain}`) && new URL(`https://${domain}`).hostname === domain;
}
