import { EventEmitter } from 'node:events';
import type { Api, Deliver } from './api.js';
import { exchange } from './exchange.js';
import { Listener } from './listener.js';
import type { Message } from './message.js';
import { Recent } from './recent.js';
import { type ReplyOverride, ReplyOverrides } from './reply-override.js';
import type { RecordedRequest } from './request.js';

/** Events of every emulator. */
export interface EmulatorEvents {
  /** An SMS was delivered. */
  message: [message: Message];
  /** A request was received; it is about to be processed. */
  request: [request: RecordedRequest];
}

/** What every emulator is, whichever API it plays. `Path` are the resources of that API. */
export class Emulator<Path extends string> extends EventEmitter<EmulatorEvents> {
  readonly #messages = new Recent<Message>();
  readonly #requests = new Recent<RecordedRequest>();
  readonly #overrides = new ReplyOverrides<Path>();
  readonly #listener: Listener;

  /** @internal */
  constructor(createApi: (deliver: Deliver) => Api<Path>) {
    super();
    const api = createApi((message) => {
      this.#messages.add(message);
      this.emit('message', message);
    });
    const record = (request: RecordedRequest): void => {
      this.#requests.add(request);
      this.emit('request', request);
    };
    this.#listener = new Listener(
      exchange({ api, overrides: this.#overrides, record }),
      api.basePath,
    );
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
   * Base URI to give to the app, such as `http://127.0.0.1:41234/rest/2fa` (Modica) or
   * `http://127.0.0.1:41234` (the others).
   * @throws Error if the emulator is not started
   */
  get url(): string {
    return this.#listener.url;
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
   * Overrides the reply to the next request, once. Several calls queue up: each request takes the
   * first that fits its path.
   *
   * @example
   * emulator.overrideNextReply({ reply: 'lost', processed: true });
   */
  overrideNextReply(override: ReplyOverride<Path>): void {
    this.#overrides.add(override);
  }
}
