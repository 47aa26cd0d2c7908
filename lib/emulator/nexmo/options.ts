import { z } from 'zod';
import { callable, parseOptions } from '../../options/parse.js';
import { algorithmSchema, type NexmoSignatureAlgorithm } from '../../providers/nexmo/signature.js';
import { type NexmoStatus, nexmoAssumed } from './api-facts.js';
import type { NexmoEmulatorRequest } from './request.js';

/** Options of {@link createNexmoEmulator}. */
export interface NexmoEmulatorOptions {
  /** @default 'emulator' */
  apiKey?: string | undefined;
  /** @default 'emulator' */
  apiSecret?: string | undefined;
  /**
   * With it, requests may be signed instead of bearing `apiSecret`, and delivery receipts are signed.
   * @default none
   */
  signatureSecret?: string | undefined;
  /**
   * How: 'md5hash' is a hash over parameters and secret, the others are HMACs.
   * @default 'md5hash'
   */
  algorithm?: NexmoSignatureAlgorithm | undefined;
  /**
   * The app's endpoint for delivery receipts; `webhook` of the emulator can set it later.
   * @default none: the emulator delivers no receipts
   */
  webhook?: string | URL | undefined;
  /**
   * How the webhook is called, in the words of Nexmo's dashboard.
   * @default 'GET'
   */
  webhookMethod?: 'GET' | 'POST' | 'POST-JSON' | undefined;
  /**
   * The text that was agreed with Nexmo for the short code, with `${name}` where a parameter of the
   * request goes.
   * @default 'Your PIN is ${pin}'
   */
  template?: string | undefined;
  /**
   * Which status a request gets that is right in itself: that of a carrier, an account, a campaign.
   * Whatever is not '0' sends no SMS.
   * @default '0', for every request
   */
  statusFor?: ((request: NexmoEmulatorRequest) => NexmoStatus | undefined) | undefined;
  /**
   * Whether the account may use the Conversion API.
   * @default true
   */
  conversions?: boolean | undefined;
  /**
   * The clock of messages and receipts, in milliseconds since 1970.
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

type Answer = NonNullable<NexmoEmulatorOptions['statusFor']>;

const settings = z
  .strictObject({
    apiKey: notEmpty.default('emulator'),
    apiSecret: notEmpty.default('emulator'),
    signatureSecret: notEmpty.optional(),
    algorithm: algorithmSchema,
    webhook: webhook.optional(),
    webhookMethod: z
      .enum(['GET', 'POST', 'POST-JSON'], "must be 'GET', 'POST' or 'POST-JSON'")
      .default('GET'),
    template: z.string('must be a string').default(nexmoAssumed.template),
    statusFor: callable<Answer>('a function').default(() => () => undefined),
    conversions: z.boolean('must be a boolean').default(true),
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
