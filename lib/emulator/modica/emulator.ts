// The public class of the Modica emulator, and the function that creates it.
import { Emulator } from '../server/emulator.js';
import { ModicaApi } from './api.js';
import type { ModicaPath } from './api-facts.js';
import { type ModicaEmulatorOptions, type ModicaSettings, parseModicaOptions } from './options.js';

/** The account of a Modica emulator, as options of `ModicaTwoFactorStrategy` and `ModicaProvider`. */
export interface ModicaEmulatorAccount {
  readonly username: string;
  readonly password: string;
  readonly baseUrl: string;
}

/** An emulator of Modica's 2FA REST API, created by {@link createModicaEmulator}. */
export class ModicaEmulator extends Emulator<ModicaPath> {
  readonly #credentials: Pick<ModicaSettings, 'username' | 'password'>;

  /** @internal */
  constructor(settings: ModicaSettings) {
    super((deliver) => new ModicaApi(settings, deliver));
    const { username, password } = settings;
    this.#credentials = { username, password };
  }

  /**
   * Credentials and base URL of the emulated account, to spread into a strategy's options.
   *
   * @throws Error if the emulator is not started
   */
  get account(): ModicaEmulatorAccount {
    return { ...this.#credentials, baseUrl: this.url };
  }
}

/**
 * Creates an emulator of Modica's 2FA REST API, for tests and for development without an account. It
 * sends no SMS: read each message from `messages`, or listen for the event `message`.
 *
 * Modica's document leaves much open, above all the values of `status` and `error`. Where it does, the
 * emulator's replies are made up; the `status` of a correct code is 'valid'.
 *
 * @throws ConfigurationError with the code `option_invalid`
 *
 * @example
 * const emulator = createModicaEmulator();
 * await emulator.start();
 * // new ModicaTwoFactorStrategy({ ...emulator.account, ...inMemory(), destination }, verify)
 * // Log in, then read the code:
 * const code = emulator.messages.at(-1)?.code;
 * await emulator.stop();
 */
export function createModicaEmulator(options: ModicaEmulatorOptions = {}): ModicaEmulator {
  return new ModicaEmulator(parseModicaOptions(options));
}
