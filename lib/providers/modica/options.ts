import type http from 'node:http';
import type https from 'node:https';
import { z } from 'zod';
import { contentProblem } from '../../message/sms-text.js';
import { agentSchema, isBare, isReachable, timeoutSchema, withoutSlash } from '../http/options.js';
import type { Verdict } from '../provider.js';
import { codePatternSchema } from '../provider.js';

/** Where Modica's API is, and how it is reached. */
export interface ModicaClientOptions {
  /** The application's user name, which is the application's name. Undefined throws. */
  username: string | undefined;
  /** Undefined throws. */
  password: string | undefined;
  /**
   * The base URI: Modica's own, `'optus'` for the same API as sold by Optus, or any https URL.
   * Plain http is taken for this machine only, which is where an emulator runs.
   * @default 'https://api.modicagroup.com/rest/2fa'
   */
  baseUrl?: string | undefined;
  /**
   * Agents of your own, for a proxy. Without them one kept-alive agent serves all requests.
   */
  agent?: { http?: http.Agent | undefined; https?: https.Agent | undefined } | undefined;
  /**
   * Milliseconds for a whole call, repeats included.
   * @default 10000
   */
  timeout?: number | undefined;
}

/** What a word of the API means. No map can turn a word into a yes: only `acceptedStatuses` does. */
export type ModicaVerdict = Exclude<Verdict, 'accepted'>;

/**
 * Why the API refuses to send: the user's number, too many requests, or the account (its rights, its
 * sender, its credit), which is an error for the operator and never the user's.
 */
export type ModicaSendVerdict = 'number' | 'throttled' | 'account';

/** All of the Modica provider. */
export interface ModicaOptions extends ModicaClientOptions {
  /**
   * The name that the SMS comes from: at most 11 letters, digits, spaces and `& ' ( ) + - . _`, one of
   * them a letter; not every carrier takes one.
   * @default none: the SMS comes from a number of Modica's
   */
  mask?: string | undefined;
  /**
   * Seconds for which a code is good, 30 to 3600. Not sent unless set; the API's own default is 300.
   * More than 600 is more than NIST SP 800-63B-4 and OWASP ASVS 6.5.5 allow.
   */
  expiresIn?: number | undefined;
  /**
   * The values of `status` that mean yes. The API document leaves them open, so the default is a
   * guess: look at what your account answers, and set exactly that. Anything else is refused.
   * @default ['valid', 'verified', 'approved']
   */
  acceptedStatuses?: readonly string[] | undefined;
  /** What other values of `status` mean; `'rejected'` where nothing is said. A guess by default. */
  statusVerdicts?: Readonly<Record<string, ModicaVerdict>> | undefined;
  /** What a value of `error` in a 400 means; `'rejected'` where nothing is said. A guess by default. */
  errorVerdicts?: Readonly<Record<string, ModicaVerdict>> | undefined;
  /**
   * What a value of `error` in the 400 to a message means: `'number'` refuses the user's number (422),
   * `'throttled'` asks the user to wait, `'account'` is an error for the operator (500), and a `fallback`
   * sends in each case. The API document names no word. What is not mapped is told to the user as 'not
   * sent' (503) and to the operator as the event `provider_error_unmapped`, and counts for nothing.
   * @default { broadcast_limit: 'account' }
   * @example { invalid_destination: 'number' }
   */
  sendErrorVerdicts?: Readonly<Record<string, ModicaSendVerdict>> | undefined;
  /**
   * What a code looks like; anything else (a password that a browser filled in) never reaches Modica. The
   * API document leaves it open: `npx passport-modica-2fa calibrate` prints the pattern of your account.
   * @default /^[0-9A-Za-z]{4,12}$/
   * @example /^[0-9]{6}$/
   */
  codePattern?: RegExp | undefined;
}

/** A provider that is made by itself, to stand beside others. */
export interface ModicaProviderOptions extends ModicaOptions {
  /**
   * What events and challenges call it. Two of them in one strategy need two names.
   * @default 'modica'
   */
  name?: string | undefined;
}

const baseUrls: Readonly<Record<string, string>> = {
  modica: 'https://api.modicagroup.com/rest/2fa',
  optus: 'https://api.sms.optus.com.au/rest/2fa',
};

const credential = (name: string) => {
  const error = `is missing; Modica gives you one, and it is usually read from the environment (${name})`;
  return z.string({ error }).min(1);
};

const baseUrlSchema = z
  .string({ error: 'must be a text' })
  .default('modica')
  .transform((value, context) => {
    const text = baseUrls[value] ?? value;
    if (!isReachable(text)) {
      context.addIssue(
        value === ''
          ? 'is empty; leave it out for Modica itself'
          : "must be an https URL, or 'optus'; http only reaches this machine, because the password would travel in the clear",
      );
      return z.NEVER;
    }
    if (!isBare(text)) {
      context.addIssue('must be a bare URL; credentials go into "username" and "password"');
      return z.NEVER;
    }
    return withoutSlash(text);
  });

export const clientSchema = z.strictObject({
  username: credential('MODICA_USERNAME').refine((name) => !name.includes(':'), {
    error: 'must not hold a ":"; Basic authentication (RFC 7617) has no room for it',
  }),
  password: credential('MODICA_PASSWORD'),
  baseUrl: baseUrlSchema,
  agent: agentSchema,
  timeout: timeoutSchema,
});

const verdicts = z.record(z.string(), z.enum(['rejected', 'expired', 'used', 'exhausted']), {
  error: "must say of each word 'rejected', 'expired', 'used' or 'exhausted'",
});

export const providerNameSchema = z
  .string({ error: 'The name of a provider must be a text' })
  .min(1, { error: 'The name of a provider must not be empty' })
  .default('modica');

export const contentSchema = z
  .string({ error: 'must be a text' })
  .superRefine((content, context) => {
    const problem = contentProblem(content);
    if (problem !== undefined) context.addIssue(`is unusable: ${problem}`);
  })
  .optional();

/**
 * An alphanumeric sender is in GSM 7-bit (3GPP TS 23.040, 9.1.2.5); these are the characters of it that
 * carriers take. One without a letter is a number, which the option is not for.
 */
const mask = /^(?! )(?=.*[A-Za-z])[A-Za-z0-9 &'()+._-]+(?<! )$/;

export const messageSchema = z.strictObject({
  mask: z
    .string({ error: 'must be a text' })
    .min(1, { error: 'must not be empty' })
    .max(11, { error: 'must have at most 11 characters; carriers reject longer ones' })
    .regex(mask, {
      error:
        "must be letters and digits without accents, spaces inside and & ' ( ) + - . _, with at least one letter; carriers reject others",
    })
    .optional(),
  expiresIn: z
    .number({ error: 'must be a number of seconds' })
    .int({ error: 'must be whole seconds' })
    .min(30, { error: 'must be at least 30 seconds (the API answers 400 otherwise)' })
    .max(3600, { error: 'must be at most 3600 seconds (the API answers 400 otherwise)' })
    .optional(),
});

export const verdictsSchema = z.strictObject({
  acceptedStatuses: z
    .array(z.string().min(1), { error: 'must be a list of texts' })
    .min(1, { error: 'must name at least one status, or nobody can log in' })
    .default(['valid', 'verified', 'approved']),
  statusVerdicts: verdicts.default({ expired: 'expired', used: 'used' }),
  errorVerdicts: verdicts.default({ expired: 'expired', used: 'used' }),
  sendErrorVerdicts: z
    .record(z.string(), z.enum(['number', 'throttled', 'account']), {
      error: "must say of each word 'number', 'throttled' or 'account'",
    })
    .default({ broadcast_limit: 'account' }),
  codePattern: codePatternSchema,
});
