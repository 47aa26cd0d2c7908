// The public class of the Infobip emulator, and the function that creates it.
import { Emulator } from '../server/emulator.js';
import { InfobipApi } from './api.js';
import { type InfobipPath, infobipSpec } from './api-facts.js';
import {
  type InfobipEmulatorOptions,
  type InfobipSettings,
  parseInfobipOptions,
} from './options.js';

/** The account of an Infobip emulator, as options of `InfobipProvider`. */
export interface InfobipEmulatorAccount {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly applicationId: string;
  readonly messageId: string;
}

/** An emulator of Infobip's 2FA API, created by {@link createInfobipEmulator}. */
export class InfobipEmulator extends Emulator<InfobipPath> {
  readonly #apiKey: string;

  /** @internal */
  constructor(settings: InfobipSettings) {
    super((deliver) => new InfobipApi(settings, deliver));
    this.#apiKey = settings.apiKey;
  }

  /**
   * API key, base URL, and the ids of the preconfigured application and message template, to spread into
   * a provider's options.
   *
   * @throws Error if the emulator is not started
   */
  get account(): InfobipEmulatorAccount {
    const { applicationId, messageId } = infobipSpec.example;
    return { apiKey: this.#apiKey, baseUrl: this.url, applicationId, messageId };
  }
}

/**
 * Creates an emulator of Infobip's 2FA API, for tests and for development without an account. It sends no
 * SMS and makes no call: read each message from `messages`, or listen for the event `message`.
 *
 * Infobip's limits apply: by default, three PINs a day to a phone number and one verification every three
 * seconds. If they get in the way of a test, loosen them with `configuration` or advance `now`.
 *
 * @throws ConfigurationError with the code `option_invalid`
 *
 * @example
 * const emulator = createInfobipEmulator({ configuration: { verifyPinLimit: '100/1s' } });
 * await emulator.start();
 * const provider = new InfobipProvider(emulator.account);
 * // Log in, then read the code:
 * const code = emulator.messages.at(-1)?.code;
 * await emulator.stop();
 */
export function createInfobipEmulator(options: InfobipEmulatorOptions = {}): InfobipEmulator {
  return new InfobipEmulator(parseInfobipOptions(options));
}
