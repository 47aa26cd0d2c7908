import { z } from 'zod';
import { callable, parseOptions } from '../../options/parse.js';
import { infobipAssumed } from './api-facts.js';
import { configuration as usualConfiguration } from './body.js';

/** How an application of Infobip's sends and verifies; Infobip's own names and defaults. */
export interface InfobipEmulatorConfiguration {
  /** Wrong PINs until no more are taken. @default 10 */
  pinAttempts?: number | undefined;
  /** Whether a PIN verifies again after it did. @default true */
  allowMultiplePinVerifications?: boolean | undefined;
  /** A number and ms, s, m, h or d. @default '15m' */
  pinTimeToLive?: string | undefined;
  /** Verifications per phone number: so many in so long. @default '1/3s' */
  verifyPinLimit?: string | undefined;
  /** PINs that are sent, whoever to. @default '10000/1d' */
  sendPinPerApplicationLimit?: string | undefined;
  /** PINs that are sent to one phone number. @default '3/1d' */
  sendPinPerPhoneNumberLimit?: string | undefined;
}

/** Options of {@link createInfobipEmulator}. */
export interface InfobipEmulatorOptions {
  /**
   * What `Authorization: App` must say. Not empty, without spaces.
   * @default 'emulator'
   */
  apiKey?: string | undefined;
  /**
   * Digits of a PIN of the template that is ready, 1 to 32.
   * @default 6
   */
  codeLength?: number | undefined;
  /** Of the application that is ready. What is left out is as by Infobip. */
  configuration?: InfobipEmulatorConfiguration | undefined;
  /**
   * Whether to start with the application and the message template that `account` names.
   * @default true
   */
  preconfigured?: boolean | undefined;
  /**
   * Which phones get no SMS: the API answers 200, and MESSAGE_NOT_SENT. Asked with a number in
   * E.164, with '+'. Infobip does not say which numbers these are.
   * @default none
   */
  refuse?: ((number: string) => boolean) | undefined;
  /**
   * The clock by which PINs expire and limits count, in milliseconds since 1970.
   * @default Date.now
   */
  now?: (() => number) | undefined;
}

export type InfobipSettings = z.infer<typeof settings>;

const apiKey = 'must be a string, not empty, without spaces';
const codeLength = `must be a whole number from 1 to ${infobipAssumed.longestPin}`;
const configuration = "must be of Infobip's form, such as { pinTimeToLive: '5m' }";

const settings = z.strictObject({
  apiKey: z.string(apiKey).regex(/^\S+$/, apiKey).default('emulator'),
  codeLength: z
    .int(codeLength)
    .min(1, codeLength)
    .max(infobipAssumed.longestPin, codeLength)
    .default(infobipAssumed.pinLength),
  configuration: z
    .strictObject(usualConfiguration.shape, {
      error: ({ code }) => (code === 'invalid_type' ? configuration : undefined),
    })
    .prefault({}),
  preconfigured: z.boolean('must be a boolean').default(true),
  refuse: callable<(number: string) => boolean>('a function').default(() => () => false),
  now: callable<() => number>('a function').default(() => Date.now),
});

export function parseInfobipOptions(options: InfobipEmulatorOptions): InfobipSettings {
  return parseOptions(settings, options);
}
