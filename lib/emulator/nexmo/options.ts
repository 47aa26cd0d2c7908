// The options of the Nexmo emulator, and their schema.
import { z } from 'zod';
import { callable, parseOptions } from '../../options/parse.js';
import { algorithmSchema, type NexmoSignatureAlgorithm } from '../../providers/nexmo/signature.js';
import { type NexmoStatus, nexmoAssumed } from './api-facts.js';
import type { NexmoEmulatorRequest } from './request.js';

/** Options of {@link createNexmoEmulator}. */
export interface NexmoEmulatorOptions {
  /**
   * The key of the account, which requests must send as `api_key`.
   * @default 'emulator'
   */
  apiKey?: string | undefined;
  /**
   * The secret of the account, which requests must send as `api_secret` unless they are signed.
   * @default 'emulator'
   */
  apiSecret?: string | undefined;
  /**
   * The account's signature secret. With it, a request may be signed instead of sending `apiSecret`, and
   * delivery receipts are signed.
   * @default none
   */
  signatureSecret?: string | undefined;
  /**
   * How requests and receipts are signed.
   * @default 'md5hash'
   */
  algorithm?: NexmoSignatureAlgorithm | undefined;
  /**
   * The app's endpoint for delivery receipts. `emulator.webhook` can set it later.
   * @default none: no receipts can be delivered
   */
  webhook?: string | URL | undefined;
  /**
   * How the webhook is called: one of the HTTP methods that Nexmo's dashboard offers.
   * @default 'GET'
   */
  webhookMethod?: 'GET' | 'POST' | 'POST-JSON' | undefined;
  /**
   * The text of the SMS, as agreed with Nexmo for the short code, with `${name}` for each parameter.
   * @default 'Your PIN is ${pin}'
   */
  template?: string | undefined;
  /**
   * Returns the status of a valid request, as a carrier, the account or the campaign would decide it. No
   * SMS is sent unless it is '0' or undefined.
   * @default () => '0'
   */
  statusFor?: ((request: NexmoEmulatorRequest) => NexmoStatus | undefined) | undefined;
  /**
   * Whether the Conversion API is enabled for the account.
   * @default true
   */
  conversions?: boolean | undefined;
  /**
   * The clock of messages and receipts, in milliseconds since the epoch.
   * @default Date.now
   */
  now?: (() => number) | undefined;
}

export type NexmoSettings = z.infer<typeof settings>;

const notEmpty = z.string('must be a string, not empty').min(1, 'must be a string, not empty');

const isHttp = (value: unknown) => URL.canParse(String(value)) && /^https?:/.test(String(value));

const webhook = z
  .custom<string | URL>(isHttp, 'must be an http or https URL')
  .transform((url) => new URL(url));

type StatusFor = NonNullable<NexmoEmulatorOptions['statusFor']>;

const settings = z
  .strictObject({
    apiKey: notEmpty.default('emulator'),
    apiSecret: notEmpty.default('emulator'),
    signatureSecret: notEmpty.optional(),
    algorithm: algorithmSchema,
    webhook: webhook.optional(),
    webhookMethod: z.enum(['GET', 'POST', 'POST-JSON']).default('GET'),
    template: z.string().default(nexmoAssumed.template),
    statusFor: callable<StatusFor>('a function').default(() => () => undefined),
    conversions: z.boolean().default(true),
    now: callable<() => number>('a function').default(() => Date.now),
  })
  .transform(({ signatureSecret, algorithm, ...rest }) => ({
    ...rest,
    signingKey: signatureSecret === undefined ? undefined : { secret: signatureSecret, algorithm },
  }));

export function parseNexmoOptions(options: NexmoEmulatorOptions): NexmoSettings {
  return parseOptions(settings, options);
}

export function parseWebhook(url: string | URL): URL {
  return parseOptions(z.object({ webhook }), { webhook: url }).webhook;
}
