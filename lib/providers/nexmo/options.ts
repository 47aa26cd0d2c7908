import type http from 'node:http';
import type https from 'node:https';
import { z } from 'zod';
import { agentSchema, baseUrlSchema, timeoutSchema } from '../http/options.js';

/** All of the Nexmo provider. */
export interface NexmoOptions {
  /** The key of the account that has the short code. Undefined throws. */
  apiKey: string | undefined;
  /**
   * Its secret. Undefined throws. The key under which PINs are kept is derived from it: after a change of
   * the secret, codes that are under way are refused.
   */
  apiSecret: string | undefined;
  /**
   * Where messages are sent from: any https URL. Plain http is taken for this machine only, which is where
   * an emulator runs.
   * @default 'https://rest.nexmo.com'
   */
  baseUrl?: string | undefined;
  /**
   * Digits of a PIN, 4 to 10. NIST SP 800-63B-4 asks for at least six.
   * @default 6
   */
  digits?: number | undefined;
  /**
   * Seconds for which a PIN is good, 30 to 3600. More than 600 is more than NIST SP 800-63B-4 and OWASP
   * ASVS 6.5.5 allow.
   * @default 300
   */
  codeLifetime?: number | undefined;
  /**
   * Values for parameters of the short code's template that are the same in every message: a custom
   * template of yours may ask for some beside `pin`.
   */
  parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * The parameters of the short code's template that take a text of the app's (`content`,
   * `originBoundTo`, what a `transaction` shows), cut where the code goes, in their order. The template must be
   * nothing but these and the PIN between them. It is agreed with Nexmo beforehand and cannot be read, so
   * nobody but you can know that it is so: a parameter that is not in it would leave out what the code
   * approves. Send one to yourself first.
   * Where the app has no text for a message, it is one of ours in English.
   * @default none: a message with a text of the app's is an error, and is not sent
   * @example ['before', 'after'] // for a template that reads ${before}${pin}${after}
   */
  contentParameters?: readonly string[] | undefined;
  /**
   * Tells Nexmo which codes came back, by its Conversion API, so that it can choose better routes. The
   * account must have been enabled for it.
   * @default false
   */
  conversion?: boolean | undefined;
  /**
   * Where the Conversion API is.
   * @default 'https://api.nexmo.com'
   */
  conversionBaseUrl?: string | undefined;
  /** Agents of your own, for a proxy. Without them one kept-alive agent serves all requests. */
  agent?: { http?: http.Agent | undefined; https?: https.Agent | undefined } | undefined;
  /**
   * Milliseconds for a whole call, repeats included.
   * @default 10000
   */
  timeout?: number | undefined;
}

const credential = (name: string) => {
  const error = `is missing; it is in the settings of the account, and usually read from the environment (${name})`;
  return z.string({ error }).min(1, { error });
};

/** What every request holds already. */
const taken: ReadonlySet<string> = new Set([
  'api_key',
  'api_secret',
  'sig',
  'to',
  'pin',
  'client-ref',
]);

const parameterName = z
  .string({ error: 'must be a text' })
  .regex(/^[A-Za-z][\w-]{0,49}$/, { error: 'must be a name of letters, digits, "-" and "_"' })
  .refine((name) => !taken.has(name), {
    error: 'must not be a parameter that is sent in any case',
  });

const url = (example: string) => baseUrlSchema(`like "${example}"`, 'API secret').default(example);

export const optionsSchema = z.strictObject({
  apiKey: credential('NEXMO_API_KEY').refine((key) => !key.includes(':'), {
    error: 'must not hold a ":"; Basic authentication (RFC 7617) has no room for it',
  }),
  apiSecret: credential('NEXMO_API_SECRET'),
  baseUrl: url('https://rest.nexmo.com'),
  digits: z
    .number({ error: 'must be a number of digits' })
    .int({ error: 'must be a whole number of digits' })
    .min(4, { error: 'must be at least 4 digits' })
    .max(10, { error: 'must be at most 10 digits' })
    .default(6),
  codeLifetime: z
    .number({ error: 'must be a number of seconds' })
    .int({ error: 'must be whole seconds' })
    .min(30, { error: 'must be at least 30 seconds' })
    .max(3600, { error: 'must be at most 3600 seconds' })
    .default(300),
  parameters: z
    .record(parameterName, z.string({ error: 'must be a text' }), {
      error:
        'must hold texts by the names of parameters, none of which is sent in any case (to, pin, client-ref)',
    })
    .optional(),
  contentParameters: z
    .array(parameterName, { error: "must be a list of names like ['before', 'after']" })
    .min(2, { error: 'must name at least two: what stands before the code, and what after it' })
    .refine((names) => new Set(names).size === names.length, { error: 'must not name one twice' })
    .optional(),
  conversion: z.boolean({ error: 'must be true or false' }).default(false),
  conversionBaseUrl: url('https://api.nexmo.com'),
  agent: agentSchema,
  timeout: timeoutSchema,
});
