// The options of the Infobip emulator, and their schema.
import { z } from 'zod';
import { callable, parseOptions } from '../../options/parse.js';
import type { InfobipApplicationConfiguration } from '../../providers/infobip/configuration.js';
import { infobipAssumed } from './api-facts.js';
import { configurationSchema } from './body.js';

/** Options of {@link createInfobipEmulator}. */
export interface InfobipEmulatorOptions {
  /**
   * The key that requests must send in the header `Authorization: App <key>`. Must not be empty or
   * contain spaces.
   * @default 'emulator'
   */
  apiKey?: string | undefined;
  /**
   * Number of digits in a PIN of the preconfigured message template, 1 to 32.
   * @default 6
   */
  codeLength?: number | undefined;
  /**
   * Configuration of the preconfigured application.
   * @default Infobip's own default for each property
   */
  configuration?: InfobipApplicationConfiguration | undefined;
  /**
   * Whether to start with the application and the message template that `account` names.
   * @default true
   */
  preconfigured?: boolean | undefined;
  /**
   * Returns whether a phone number (E.164) gets no SMS; the API then replies 200 with MESSAGE_NOT_SENT.
   * Infobip does not document which numbers it refuses. Calls reach every number, as those to a landline do.
   * @default () => false
   */
  refuse?: ((number: string) => boolean) | undefined;
  /**
   * The clock for expiry and limits, in milliseconds since the epoch.
   * @default Date.now
   */
  now?: (() => number) | undefined;
}

export type InfobipSettings = z.infer<typeof settings>;

const apiKey = 'must be a string, not empty, without spaces';
const codeLength = `must be a whole number from 1 to ${infobipAssumed.maxPinLength}`;

const settings = z.strictObject({
  apiKey: z.string(apiKey).regex(/^\S+$/, apiKey).default('emulator'),
  codeLength: z
    .int(codeLength)
    .min(1, codeLength)
    .max(infobipAssumed.maxPinLength, codeLength)
    .default(infobipAssumed.pinLength),
  configuration: z.strictObject(configurationSchema.shape).prefault({}),
  preconfigured: z.boolean().default(true),
  refuse: callable<(number: string) => boolean>('a function').default(() => () => false),
  now: callable<() => number>('a function').default(() => Date.now),
});

export function parseInfobipOptions(options: InfobipEmulatorOptions): InfobipSettings {
  return parseOptions(settings, options);
}
