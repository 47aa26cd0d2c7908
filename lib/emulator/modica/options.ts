import { z } from 'zod';
import { callable, parseOptions } from '../../options/parse.js';
import { modicaAssumed } from './api-facts.js';

/** Options of {@link createModicaEmulator}. */
export interface ModicaEmulatorOptions {
  /**
   * Username of the emulated application, for HTTP Basic authentication. Not empty, without ':'.
   * @default 'emulator'
   */
  username?: string | undefined;
  /**
   * Password of the emulated application.
   * @default 'emulator'
   */
  password?: string | undefined;
  /**
   * How a wrong or expired code is answered. Modica's document fits both readings, so an app should
   * be tested under both.
   * - `'error'`: 400 with an `error`
   * - `'status'`: 201 with another `status` than that of a right code
   * @default 'error'
   */
  wrongCode?: 'error' | 'status' | undefined;
  /**
   * Digits of a code, 1 to 32. The document does not say how long a code is.
   * @default 6
   */
  codeLength?: number | undefined;
  /**
   * The clock by which challenges are created and expire, in milliseconds since 1970.
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
  password: z.string('must be a string').default('emulator'),
  wrongCode: z.enum(['error', 'status'], "must be 'error' or 'status'").default('error'),
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
