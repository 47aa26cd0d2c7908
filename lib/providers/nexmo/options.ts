// The options of Nexmo's provider.
import { z } from 'zod';
import {
  agentSchema,
  baseUrlSchema,
  codeLifetimeSchema,
  type HttpOptions,
  timeoutSchema,
} from '../options.js';
import { partNamesSchema } from '../template-parts.js';

/** Options of Nexmo's provider. An invalid one throws a `ConfigurationError` that names it. */
export interface NexmoOptions extends HttpOptions {
  /**
   * The key of the account that has the short code. Undefined, as from a missing environment variable,
   * throws a `ConfigurationError`.
   */
  apiKey: string | undefined;
  /**
   * The secret of the account. Undefined throws a `ConfigurationError`. Never appears in an error or event.
   * The key that hashes PINs is derived from it: when the secret changes, pending codes are refused.
   */
  apiSecret: string | undefined;
  /**
   * The base URL of the SMS API, any https URL. Plain http is accepted for this machine only
   * (`localhost`, `127.0.0.0/8`, `[::1]`), where an emulator runs.
   * @default 'https://rest.nexmo.com'
   */
  baseUrl?: string | undefined;
  /**
   * Digits of a PIN, 4 to 10. NIST SP 800-63B-4 requires at least six.
   * @default 6
   */
  digits?: number | undefined;
  /**
   * Seconds until a PIN expires, 30 to 3600. Above 600 it exceeds the limit of NIST SP 800-63B-4 and
   * OWASP ASVS 6.5.5.
   * @default 300
   */
  codeLifetime?: number | undefined;
  /**
   * Values for parameters of the short code's template that are the same in every message: a custom
   * template may have parameters in addition to `pin`.
   * @default none
   */
  parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * The parameters of the short code's template that take the parts of the app's content around the code, in
   * order. The content comes from `content`, `originBoundTo` and `transaction`. The template must consist
   * of these parameters with the PIN between them. It is agreed with Nexmo in advance and cannot be read, so
   * only you can verify it: without one of the parameters, the message would omit what the code approves.
   * Send one to yourself first. A message without content gets this package's English text.
   * @default none: a message with content throws a `ConfigurationError`, and is not sent
   * @example ['before', 'after'] // for a template that reads ${before}${pin}${after}
   */
  contentParameters?: readonly string[] | undefined;
  /**
   * Whether to report to Nexmo's Conversion API which codes were used, so that Nexmo can choose better routes.
   * Nexmo must have enabled it for the account.
   * @default false
   */
  conversion?: boolean | undefined;
  /**
   * The base URL of the Conversion API, with the same rules as `baseUrl`.
   * @default 'https://api.nexmo.com'
   */
  conversionBaseUrl?: string | undefined;
}

const credential = (variable: string) => {
  const error = `is missing; it is in the account's settings, and usually read from the environment variable ${variable}`;
  return z.string({ error }).min(1, { error });
};

/** Parameters that every request has. */
const reserved: ReadonlySet<string> = new Set([
  'api_key',
  'api_secret',
  'sig',
  'to',
  'pin',
  'client-ref',
]);

const parameterName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,49}$/, { error: 'must be a name of letters, digits, "-" and "_"' })
  .refine((name) => !reserved.has(name), {
    error: 'must not be a parameter that every request has',
  });

const url = (example: string) => baseUrlSchema(`like "${example}"`, 'API secret').default(example);

export const nexmoSchema = z.strictObject({
  apiKey: credential('NEXMO_API_KEY').refine((key) => !key.includes(':'), {
    error: 'must not contain ":", which Basic authentication cannot transmit (RFC 7617)',
  }),
  apiSecret: credential('NEXMO_API_SECRET'),
  baseUrl: url('https://rest.nexmo.com'),
  digits: z
    .number({ error: 'must be a number of digits' })
    .int({ error: 'must be a whole number of digits' })
    .min(4, { error: 'must be at least 4 digits' })
    .max(10, { error: 'must be at most 10 digits' })
    .default(6),
  codeLifetime: codeLifetimeSchema.default(300),
  parameters: z
    .record(parameterName, z.string(), {
      error:
        'must map names of parameters to strings, without those that every request has (to, pin, client-ref)',
    })
    .default({}),
  contentParameters: partNamesSchema(parameterName),
  conversion: z.boolean().default(false),
  conversionBaseUrl: url('https://api.nexmo.com'),
  agent: agentSchema,
  timeout: timeoutSchema,
});
