import { Emulator } from '../server/emulator.js';
import { InfobipApi } from './api.js';
import { type InfobipPath, infobipSpec } from './api-facts.js';
import {
  type InfobipEmulatorOptions,
  type InfobipSettings,
  parseInfobipOptions,
} from './options.js';

/** What a provider must be told to reach an emulator. */
export interface InfobipEmulatorAccount {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly applicationId: string;
  readonly messageId: string;
}

/** Infobip's 2FA API on this machine, made by {@link createInfobipEmulator}. */
export class InfobipEmulator extends Emulator<InfobipPath> {
  readonly #apiKey: string;

  /** @internal */
  constructor(settings: InfobipSettings) {
    super((deliver) => new InfobipApi(settings, deliver));
    this.#apiKey = settings.apiKey;
  }

  /**
   * What a provider must be told to reach the emulator, to be spread into its options: with the
   * application and the message template that are ready from the start.
   * @throws Error if the emulator is not started
   */
  get account(): InfobipEmulatorAccount {
    const { applicationId, messageId } = infobipSpec.example;
    return { apiKey: this.#apiKey, baseUrl: this.url, applicationId, messageId };
  }
}

/**
 * Creates an emulator of Infobip's 2FA API, for tests and for development without an account. It
 * sends no SMS: read them from `messages` or listen for `message`.
 *
 * Infobip's limits are in force: by default a phone number gets 3 PINs a day, and a PIN can be tried
 * every 3 seconds. Where that is in a test's way, `configuration` loosens it or `now` moves on.
 *
 * @example
 * const emulator = createInfobipEmulator({ configuration: { verifyPinLimit: '100/1s' } });
 * await emulator.start();
 * const { apiKey, baseUrl, applicationId, messageId } = emulator.account;
 * // log in; then
 * const code = emulator.messages.at(-1)?.code;
 * await emulator.stop();
 */
export function createInfobipEmulator(options: InfobipEmulatorOptions = {}): InfobipEmulator {
  return new InfobipEmulator(parseInfobipOptions(options));
}
