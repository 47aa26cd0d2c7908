// The options of Infobip's client and provider.
import { z } from 'zod';
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
import { partNamesSchema } from '../template-parts.js';

/** The address and the credentials for Infobip's 2FA API. */
export interface InfobipClientOptions extends HttpOptions {
  /**
   * An API key with the 2FA scopes, without the prefix `App`. Undefined, as from a missing environment
   * variable, throws a `ConfigurationError`. Never appears in an error or event.
   */
  apiKey: string | undefined;
  /**
   * The base URL of your account, as Infobip's portal shows it: `https://xxxxx.api.infobip.com`. Plain
   * http is accepted for this machine only (`localhost`, `127.0.0.0/8`, `[::1]`), where an emulator runs.
   * Undefined throws a `ConfigurationError`.
   */
  baseUrl: string | undefined;
}

/** The meaning of a value of the API. Never `'accepted'`: only `verified: true` accepts a PIN. */
export type InfobipVerdict = Exclude<Verdict, 'accepted'>;

/** Options of Infobip's provider. An invalid one throws a `ConfigurationError` that names it. */
export interface InfobipOptions extends InfobipClientOptions {
  /** The id of the 2FA application. Undefined throws a `ConfigurationError`. */
  applicationId: string | undefined;
  /** The id of a message template of that application. Undefined throws a `ConfigurationError`. */
  messageId: string | undefined;
  /**
   * The sender that the SMS shows.
   * @default the template's `senderId`
   */
  from?: string | undefined;
  /**
   * Seconds until a PIN expires, 30 to 3600: set it to the application's `pinTimeToLive`, because the API
   * does not return the expiry. Above 600, like Infobip's own default, it exceeds the limit of
   * NIST SP 800-63B-4 and OWASP ASVS 6.5.5: lower both.
   * @default 900
   */
  codeLifetime?: number | undefined;
  /**
   * Values for placeholders of the template that are the same in every message.
   * @default none
   */
  placeholders?: Readonly<Record<string, string>> | undefined;
  /**
   * The placeholders of the template that take the parts of the app's content around the code, in order. The
   * content comes from `content`, `originBoundTo` and `transaction`; only Infobip knows the PIN, so the
   * template must consist of these placeholders with `{{pin}}` between them. Each such message is preceded
   * by a request, with a `timeout` of its own, that reads the template and compares it: without one of the
   * placeholders, the message would omit what the code approves. Whether Infobip accepts an empty value
   * (for content that ends with the code) is not documented. A message without content gets this package's
   * English text.
   * @default none: a message with content throws a `ConfigurationError`, and is not sent
   * @example ['before', 'after'] // for the template '{{before}}{{pin}}{{after}}'
   * @example ['before', 'between', 'after'] // with originBoundTo: '{{before}}{{pin}}{{between}}{{pin}}{{after}}'
   */
  contentPlaceholders?: readonly string[] | undefined;
  /**
   * Whether Infobip looks up the number first, and does not send if it is unreachable.
   * @default not sent: Infobip's own default
   */
  numberLookup?: boolean | undefined;
  /**
   * The meaning of a `pinError`, or of the exception's `messageId` when the API refuses to verify a PIN
   * (400). An unmapped value is `'rejected'`, and published as the event `provider_error_unmapped`. There is
   * no official list: the default contains values seen in clients. A PIN that Infobip does not know (404)
   * is expired.
   * @default { WRONG_PIN: 'rejected', TTL_EXPIRED: 'expired', NO_MORE_PIN_ATTEMPTS: 'exhausted' }
   */
  errorVerdicts?: Readonly<Record<string, InfobipVerdict>> | undefined;
  /**
   * What a PIN of the template looks like, without the flags g and y. Anything else is rejected without a
   * request.
   * @default /^[0-9A-Za-z]{4,12}$/
   * @example /^[0-9]{6}$/ // for pinType NUMERIC and pinLength 6
   */
  codePattern?: RegExp | undefined;
}

/** An id of Infobip's. They are hexadecimal; the pattern excludes everything that could change a path. */
export const idSchema = z.string({ error: 'is missing' }).regex(/^[\w-]{1,100}$/, {
  error: 'must be an Infobip id: letters, digits, "-" and "_"',
});

export const infobipClientSchema = z.strictObject({
  apiKey: z
    .string({
      error:
        "is missing; create it in Infobip's portal; it is usually read from the environment variable INFOBIP_API_KEY",
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
  .string()
  .regex(/^[A-Za-z]\w{0,49}$/, { error: 'must be a name without braces' })
  .refine((name) => name !== 'pin', { error: 'must not be "pin", which Infobip fills in itself' });

export const placeholdersSchema = z
  .record(placeholderName, z.string(), {
    error:
      'must map names of placeholders to strings, without braces and without "pin", which Infobip fills in itself',
  })
  .optional();

/** The attributes that every request to send has in common. */
export const pinMessageSchema = z.strictObject({
  applicationId: idSchema,
  messageId: idSchema,
  from: nonEmptyString.optional(),
  placeholders: placeholdersSchema,
  numberLookup: z.boolean().optional(),
});

export const infobipSchema = z.strictObject({
  ...infobipClientSchema.shape,
  ...pinMessageSchema.shape,
  codeLifetime: codeLifetimeSchema.default(900),
  contentPlaceholders: partNamesSchema(placeholderName),
  errorVerdicts: errorVerdictsSchema.default({
    WRONG_PIN: 'rejected',
    TTL_EXPIRED: 'expired',
    NO_MORE_PIN_ATTEMPTS: 'exhausted',
  }),
  codePattern: codePatternSchema,
});
