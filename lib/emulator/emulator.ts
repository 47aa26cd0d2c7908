import { EventEmitter } from 'node:events';
import { Api } from './api.js';
import { type Bend, Bends } from './bend.js';
import type { Message } from './message.js';
import { type ModicaEmulatorOptions, parseOptions, type Settings } from './options.js';
import { Recent } from './recent.js';
import { exchange } from './server/exchange.js';
import { Listener } from './server/listener.js';
import type { RecordedRequest } from './server/request.js';

/** Events of a {@link ModicaEmulator}. */
export interface ModicaEmulatorEvents {
  /** An SMS was delivered. */
  message: [message: Message];
  /** A request was received; it is about to be processed. */
  request: [request: RecordedRequest];
}

/** What a strategy or a client must be told to reach an emulator. */
export interface ModicaEmulatorAccount {
  readonly username: string;
  readonly password: string;
  readonly baseUrl: string;
}

/** Modica's 2FA REST API on this machine, made by {@link createModicaEmulator}. */
export class ModicaEmulator extends EventEmitter<ModicaEmulatorEvents> {
  readonly #messages = new Recent<Message>();
  readonly #requests = new Recent<RecordedRequest>();
  readonly #bends = new Bends();
  readonly #listener: Listener;
  readonly #credentials: Pick<Settings, 'username' | 'password'>;

  /** @internal */
  constructor(settings: Settings) {
    super();
    const { username, password } = settings;
    this.#credentials = { username, password };
    const api = new Api(settings, (message) => {
      this.#messages.add(message);
      this.emit('message', message);
    });
    const record = (request: RecordedRequest): void => {
      this.#requests.add(request);
      this.emit('request', request);
    };
    this.#listener = new Listener(exchange({ api, bends: this.#bends, record }));
  }

  /**
   * Starts listening. What the emulator knows outlives `stop()`: a challenge created before a
   * restart can be answered after it.
   *
   * @param port - TCP port. Default 0: a free one that the system picks.
   * @param host - Address to listen on. Default '127.0.0.1'.
   * @throws the error of Node when it cannot listen, such as code `EADDRINUSE`
   */
  start(port = 0, host = '127.0.0.1'): Promise<void> {
    return this.#listener.start(port, host);
  }

  /** Stops listening and cuts every connection, idle or in flight. Harmless if not started. */
  stop(): Promise<void> {
    return this.#listener.stop();
  }

  /**
   * Base URI to give to the app, such as `http://127.0.0.1:41234/rest/2fa`.
   * @throws Error if the emulator is not started
   */
  get url(): string {
    return this.#listener.url;
  }

  /**
   * What a strategy must be told to reach the emulator, to be spread into its options.
   * @throws Error if the emulator is not started
   */
  get account(): ModicaEmulatorAccount {
    return { ...this.#credentials, baseUrl: this.url };
  }

  /** Every SMS that was delivered, oldest first; of many, the last 10,000. Grows as they come. */
  get messages(): readonly Message[] {
    return this.#messages.items;
  }

  /** Every request that was received, refused ones too; order and limit as in `messages`. */
  get requests(): readonly RecordedRequest[] {
    return this.#requests.items;
  }

  /**
   * Bends the reply to the next request, once. Several calls queue up: each request takes the
   * first that fits its path.
   *
   * @example
   * emulator.bendNext({ path: '/challenges', reply: 'lost', processed: true });
   */
  bendNext(bend: Bend): void {
    this.#bends.add(bend);
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
  return new ModicaEmulator(parseOptions(options));
}
