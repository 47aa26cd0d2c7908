// The options of Modica's client and provider.
import { z } from 'zod';
import { contentProblem } from '../../message/sms-text.js';
import { nonEmptyString } from '../../options/parse.js';
import {
  agentSchema,
  baseUrlSchema,
  codeLifetimeSchema,
  codePatternSchema,
  errorVerdictsSchema,
  type HttpOptions,
  timeoutSchema,
} from '../options.js';
import type { Verdict } from '../provider.js';

/** The address and the credentials for Modica's 2FA API. */
export interface ModicaClientOptions extends HttpOptions {
  /**
   * The name of the 2FA application. It must not contain a `:`, which Basic authentication
   * cannot transmit (RFC 7617). Undefined, as from a missing environment variable, throws a
   * `ConfigurationError`.
   */
  username: string | undefined;
  /** The application's password; never in an error or event. Undefined throws a `ConfigurationError`. */
  password: string | undefined;
  /**
   * The base URL of the API: `'optus'` for the same API as sold by Optus, or any https URL. Plain http
   * is accepted for this machine only (`localhost`, `127.0.0.0/8`, `[::1]`), where an emulator runs.
   * @default 'https://api.modicagroup.com/rest/2fa'
   */
  baseUrl?: string | undefined;
}

/** The meaning of a value of the API. Never `'accepted'`: only `acceptedStatuses` accepts a code. */
export type ModicaVerdict = Exclude<Verdict, 'accepted'>;

/**
 * Why the API refuses to send: the user's number, a rate limit, or the account (its permissions, sender
 * or credit), which is an error for the operator and never a refusal for the user.
 */
export type ModicaSendVerdict = 'number' | 'throttled' | 'account';

/** Options of Modica's provider. An invalid one throws a `ConfigurationError` that names it. */
export interface ModicaOptions extends ModicaClientOptions {
  /**
   * The sender that the SMS shows: at most 11 letters, digits, spaces and `& ' ( ) + - . _`, at least one
   * of them a letter. Not every carrier supports it.
   * @default none: a number of Modica's
   */
  mask?: string | undefined;
  /**
   * Seconds until a code expires: 30 to 3600, the range of the API. Above 600 it exceeds the limit of
   * NIST SP 800-63B-4 and OWASP ASVS 6.5.5.
   * @default not sent: 300, the API's own default
   */
  expiresIn?: number | undefined;
  /**
   * Values of `status` that accept a code. The API document does not list them, so the default is a
   * guess: `npx passport-modica-2fa calibrate` prints what your account answers; set exactly that. A code
   * with any other status is refused.
   * @default ['valid', 'verified', 'approved']
   */
  acceptedStatuses?: readonly string[] | undefined;
  /**
   * The meaning of other values of `status`. An unmapped one is `'rejected'`, and published as the event
   * `provider_status_unmapped`. The default is a guess.
   * @default { expired: 'expired', used: 'used' }
   */
  statusVerdicts?: Readonly<Record<string, ModicaVerdict>> | undefined;
  /**
   * The meaning of `error` when the API refuses to check a code (400). An unmapped value is `'rejected'`,
   * and published as the event `provider_error_unmapped`. The default is a guess.
   * @default { expired: 'expired', used: 'used' }
   */
  errorVerdicts?: Readonly<Record<string, ModicaVerdict>> | undefined;
  /**
   * The meaning of `error` when the API refuses to send (400): `'number'` refuses the user's number (422),
   * `'throttled'` asks the user to wait, `'account'` is an error for the operator (500). In each case a
   * `fallback` is tried. The API document lists no values. An unmapped one is the refusal `code_not_sent`
   * (503) and the event `provider_error_unmapped`, and nothing counts against the user.
   * @default { broadcast_limit: 'account' }
   * @example { invalid_destination: 'number' }
   */
  sendErrorVerdicts?: Readonly<Record<string, ModicaSendVerdict>> | undefined;
  /**
   * What a code looks like, without the flags g and y. Anything else, such as a password filled in by a
   * browser, is rejected without a request. The API document does not say:
   * `npx passport-modica-2fa calibrate` prints the pattern for your account.
   * @default /^[0-9A-Za-z]{4,12}$/
   * @example /^[0-9]{6}$/
   */
  codePattern?: RegExp | undefined;
}

/** Options of a Modica provider that is constructed for the options `provider` or `fallback`. */
export interface ModicaProviderOptions extends ModicaOptions {
  /**
   * The name in events and challenges. Two Modica providers in one strategy need two names.
   * @default 'modica'
   */
  name?: string | undefined;
}

const baseUrls: ReadonlyMap<string, string> = new Map([
  ['modica', 'https://api.modicagroup.com/rest/2fa'],
  ['optus', 'https://api.sms.optus.com.au/rest/2fa'],
]);

const credential = (variable: string) => {
  const error = `is missing; Modica provides it, and it is usually read from the environment variable ${variable}`;
  return z.string({ error }).min(1);
};

export const modicaClientSchema = z.strictObject({
  username: credential('MODICA_USERNAME').refine((name) => !name.includes(':'), {
    error: 'must not contain ":", which Basic authentication cannot transmit (RFC 7617)',
  }),
  password: credential('MODICA_PASSWORD'),
  baseUrl: z
    .string()
    .default('modica')
    .transform((value) => baseUrls.get(value) ?? value)
    .pipe(baseUrlSchema("or 'optus', or omitted for Modica's own API", 'password')),
  agent: agentSchema,
  timeout: timeoutSchema,
});

/**
 * An alphanumeric sender is in GSM 7-bit (3GPP TS 23.040, 9.1.2.5); these are the characters of it that
 * carriers accept. Without a letter it is a number, which this option does not support.
 */
const mask = /^(?! )(?=.*[A-Za-z])[A-Za-z0-9 &'()+._-]+(?<! )$/;

/** The optional attributes of a challenge. Outside the documented ranges the API answers 400. */
export const challengeOptionsSchema = z.strictObject({
  mask: nonEmptyString
    .max(11, { error: 'must have at most 11 characters; carriers reject longer ones' })
    .regex(mask, {
      error:
        "must consist of letters and digits without accents, inner spaces and & ' ( ) + - . _, with at least one letter; carriers reject others",
    })
    .optional(),
  expiresIn: codeLifetimeSchema.optional(),
});

export const contentSchema = z
  .string()
  .superRefine((content, context) => {
    const problem = contentProblem(content);
    if (problem !== undefined) context.addIssue(`is unusable: ${problem}`);
  })
  .optional();

/** Everything but the name, which a strategy has too. */
export const modicaSchema = z.strictObject({
  ...modicaClientSchema.shape,
  ...challengeOptionsSchema.shape,
  acceptedStatuses: z
    .array(z.string().min(1), { error: 'must be a list of strings' })
    .min(1, { error: 'must have at least one status, or no code is ever accepted' })
    .default(['valid', 'verified', 'approved']),
  statusVerdicts: errorVerdictsSchema.default({ expired: 'expired', used: 'used' }),
  errorVerdicts: errorVerdictsSchema.default({ expired: 'expired', used: 'used' }),
  sendErrorVerdicts: z
    .record(z.string(), z.enum(['number', 'throttled', 'account']), {
      error: "must map the API's values to 'number', 'throttled' or 'account'",
    })
    .default({ broadcast_limit: 'account' }),
  codePattern: codePatternSchema,
});

export const modicaProviderSchema = modicaSchema.extend({
  name: nonEmptyString.default('modica'),
});
