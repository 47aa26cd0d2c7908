import { Emulator } from '../server/emulator.js';
import { ModicaApi } from './api.js';
import type { ModicaPath } from './api-facts.js';
import { type ModicaEmulatorOptions, type ModicaSettings, parseModicaOptions } from './options.js';

/** What a strategy or a client must be told to reach an emulator. */
export interface ModicaEmulatorAccount {
  readonly username: string;
  readonly password: string;
  readonly baseUrl: string;
}

/** Modica's 2FA REST API on this machine, made by {@link createModicaEmulator}. */
export class ModicaEmulator extends Emulator<ModicaPath> {
  readonly #credentials: Pick<ModicaSettings, 'username' | 'password'>;

  /** @internal */
  constructor(settings: ModicaSettings) {
    super((deliver) => new ModicaApi(settings, deliver));
    const { username, password } = settings;
    this.#credentials = { username, password };
  }

  /**
   * What a strategy must be told to reach the emulator, to be spread into its options.
   * @throws Error if the emulator is not started
   */
  get account(): ModicaEmulatorAccount {
    return { ...this.#credentials, baseUrl: this.url };
  }
}

/**
 * Creates an emulator of Modica's 2FA REST API, for tests and for development without an account.
 * It sends no SMS: read them from `messages` or listen for `message`.
 *
 * Modica's document leaves much open, above all the words of `status` and `error`; what the
 * emulator answers there is made up. The `status` of a right code is 'valid'.
 *
 * @example
 * const emulator = createModicaEmulator();
 * await emulator.start();
 * // new ModicaTwoFactorStrategy({ ...emulator.account, ...inMemory(), destination }, verify)
 * // log in; then
 * const code = emulator.messages.at(-1)?.code;
 * await emulator.stop();
 */
export function createModicaEmulator(options: ModicaEmulatorOptions = {}): ModicaEmulator {
  return new ModicaEmulator(parseModicaOptions(options));
}
