// The options of the Modica emulator, and their schema.
import { z } from 'zod';
import { callable, parseOptions } from '../../options/parse.js';
import { modicaAssumed } from './api-facts.js';

/** Options of {@link createModicaEmulator}. */
export interface ModicaEmulatorOptions {
  /**
   * Username for HTTP Basic authentication. Must not be empty or contain a colon.
   * @default 'emulator'
   */
  username?: string | undefined;
  /**
   * Password for HTTP Basic authentication.
   * @default 'emulator'
   */
  password?: string | undefined;
  /**
   * How the API replies to a wrong or expired code. Modica's document can be read both ways, so test
   * your app with both.
   * - `'error'`: 400 with an `error`
   * - `'status'`: 201 with a `status` other than that of a correct code
   * @default 'error'
   */
  wrongCode?: 'error' | 'status' | undefined;
  /**
   * Number of digits in a code, 1 to 32. The document does not state it.
   * @default 6
   */
  codeLength?: number | undefined;
  /**
   * The clock for creation and expiry, in milliseconds since the epoch.
   * @default Date.now
   */
  now?: (() => number) | undefined;
}

export type ModicaSettings = z.infer<typeof settings>;

// RFC 7617, section 2: the first colon ends the user-id.
const username = 'must be a string, not empty, without a colon';
const codeLength = 'must be a whole number from 1 to 32';

const settings = z.strictObject({
  username: z
    .string(username)
    .regex(/^[^:]+$/, username)
    .default('emulator'),
  password: z.string().default('emulator'),
  wrongCode: z.enum(['error', 'status']).default('error'),
  codeLength: z
    .int(codeLength)
    .min(1, codeLength)
    .max(32, codeLength)
    .default(modicaAssumed.codeLength),
  now: callable<() => number>('a function').default(() => Date.now),
});

export function parseModicaOptions(options: ModicaEmulatorOptions): ModicaSettings {
  return parseOptions(settings, options);
}
