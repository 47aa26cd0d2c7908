import type http from 'node:http';
import type https from 'node:https';
import { z } from 'zod';
import { agentSchema, baseUrlSchema, timeoutSchema } from '../http/options.js';
import type { Verdict } from '../provider.js';
import { codePatternSchema } from '../provider.js';

/** Where Infobip's API is, and how it is reached. */
export interface InfobipClientOptions {
  /** An API key with the scopes of 2FA. Undefined throws. */
  apiKey: string | undefined;
  /**
   * The base URL of your account, as Infobip's portal shows it: `https://xxxxx.api.infobip.com`.
   * Undefined throws. Plain http is taken for this machine only, which is where an emulator runs.
   */
  baseUrl: string | undefined;
  /** Agents of your own, for a proxy. Without them one kept-alive agent serves all requests. */
  agent?: { http?: http.Agent | undefined; https?: https.Agent | undefined } | undefined;
  /**
   * Milliseconds for a whole call, repeats included.
   * @default 10000
   */
  timeout?: number | undefined;
}

/** What a word of the API means. No map can turn a word into a yes: only `verified: true` does. */
export type InfobipVerdict = Exclude<Verdict, 'accepted'>;

/** All of the Infobip provider. */
export interface InfobipOptions extends InfobipClientOptions {
  /** The 2FA application. Undefined throws. */
  applicationId: string | undefined;
  /** The message template of that application. Undefined throws. */
  messageId: string | undefined;
  /**
   * The sender, in the place of the template's own `senderId`.
   * @default the template's
   */
  from?: string | undefined;
  /**
   * Seconds for which a PIN is good, 30 to 3600: that of the application's `pinTimeToLive`, for the
   * API's reply does not say when a PIN expires. More than 600 is more than NIST SP 800-63B-4 and OWASP
   * ASVS 6.5.5 allow; Infobip's own default is more: set both.
   * @default 900
   */
  codeLifetime?: number | undefined;
  /** Values for placeholders of the template that are the same in every message. */
  placeholders?: Readonly<Record<string, string>> | undefined;
  /**
   * The placeholders of the template that take a text of the app's (`content`, `originBoundTo`, what a
   * `transaction` shows), cut where the code goes, in their order. Only Infobip knows the PIN, so the template
   * must be nothing but these and `{{pin}}` between them. Before each such message the template is read
   * and compared, within another `timeout`: a placeholder that is not in it would leave out what the code
   * approves. Whether Infobip takes an empty value (a text that ends in the code) is not documented.
   * Where the app has no text for a message, it is one of ours in English.
   * @default none: a message with a text of the app's is an error, and is not sent
   * @example ['before', 'after'] // for the template '{{before}}{{pin}}{{after}}'
   * @example ['before', 'between', 'after'] // with originBoundTo: '{{before}}{{pin}}{{between}}{{pin}}{{after}}'
   */
  contentPlaceholders?: readonly string[] | undefined;
  /**
   * Whether Infobip looks the number up before it sends, and does not send where it cannot be reached.
   * @default Infobip's own default
   */
  numberLookup?: boolean | undefined;
  /**
   * What a `pinError`, or the `messageId` of a request to verify that was refused (400), means;
   * `'rejected'` where nothing is said. There is no official list: these are seen in clients. A PIN that
   * Infobip does not know (404) is expired.
   * @default { WRONG_PIN: 'rejected', TTL_EXPIRED: 'expired', NO_MORE_PIN_ATTEMPTS: 'exhausted' }
   */
  errorVerdicts?: Readonly<Record<string, InfobipVerdict>> | undefined;
  /**
   * What a PIN of the template looks like; anything else never reaches Infobip.
   * @default /^[0-9A-Za-z]{4,12}$/
   * @example /^[0-9]{6}$/ // for pinType NUMERIC and pinLength 6
   */
  codePattern?: RegExp | undefined;
}

/** The ids that Infobip gives are hexadecimal; nothing that could change a path is one. */
const form = /^[\w-]{1,100}$/;

export const idSchema = z.string({ error: 'is missing' }).regex(form, {
  error: 'must be an id as Infobip gives it: letters, digits, "-" and "_"',
});

export const clientSchema = z.strictObject({
  apiKey: z
    .string({
      error:
        "is missing; it is made in Infobip's portal, and usually read from the environment (INFOBIP_API_KEY)",
    })
    .regex(/^[\x21-\x7e]+$/, { error: 'must be a key as the portal shows it, without "App "' }),
  baseUrl: baseUrlSchema(
    'like "https://xxxxx.api.infobip.com", as the portal shows it (INFOBIP_BASE_URL)',
    'API key',
  ),
  agent: agentSchema,
  timeout: timeoutSchema,
});

const placeholderName = z
  .string({ error: 'must be a text' })
  .regex(/^[A-Za-z]\w{0,49}$/, { error: 'must be a name without the curly brackets' })
  .refine((name) => name !== 'pin', {
    error: 'must not be "pin": Infobip puts the PIN there itself',
  });

export const placeholdersSchema = z.record(placeholderName, z.string({ error: 'must be a text' }), {
  error:
    'must hold texts by the names of placeholders, without the curly brackets and without "pin": Infobip puts the PIN there itself',
});

export const messageSchema = z.strictObject({
  applicationId: idSchema,
  messageId: idSchema,
  from: z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' }).optional(),
  placeholders: placeholdersSchema.optional(),
  numberLookup: z.boolean({ error: 'must be true or false' }).optional(),
});

export const providerSchema = z.strictObject({
  codeLifetime: z
    .number({ error: 'must be a number of seconds' })
    .int({ error: 'must be whole seconds' })
    .min(30, { error: 'must be at least 30 seconds' })
    .max(3600, { error: 'must be at most 3600 seconds' })
    .default(900),
  contentPlaceholders: z
    .array(placeholderName, { error: "must be a list of names like ['before', 'after']" })
    .min(2, { error: 'must name at least two: what stands before the code, and what after it' })
    .refine((names) => new Set(names).size === names.length, { error: 'must not name one twice' })
    .optional(),
  errorVerdicts: z
    .record(z.string(), z.enum(['rejected', 'expired', 'used', 'exhausted']), {
      error: "must say of each word 'rejected', 'expired', 'used' or 'exhausted'",
    })
    .default({
      WRONG_PIN: 'rejected',
      TTL_EXPIRED: 'expired',
      NO_MORE_PIN_ATTEMPTS: 'exhausted',
    }),
  codePattern: codePatternSchema,
});
