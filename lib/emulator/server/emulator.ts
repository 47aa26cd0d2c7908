// The base class of the emulators: records requests and messages, and replies to the app.
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Channel } from '../../phone-number.js';
import { BoundedList } from './bounded-list.js';
import {
  type EmulatorReply,
  type ReceivedRequest,
  type RecordedRequest,
  type Resources,
  readRequest,
  send,
} from './http.js';
import { HttpServer } from './http-server.js';
import { type ReplyOverride, ReplyOverrides, replaceReply } from './reply-override.js';

/** An SMS or a phone call that an emulator delivered. */
export interface Message {
  readonly channel: Channel;
  /** The recipient's number in E.164, with '+', however the API writes numbers. */
  readonly to: string;
  /** The whole text, including the code; of a call, what it says. */
  readonly text: string;
  /** The code alone. */
  readonly code: string;
  /** When it was sent, according to the emulator's clock. */
  readonly sentAt: Date;
  /** The sender that the phone shows, if the request named one. */
  readonly from?: string | undefined;
  /** The id in the API's reply: Infobip's `pinId`, Nexmo's `message-id`. Modica has none. */
  readonly id?: string | undefined;
}

/** Events of every emulator. */
export interface EmulatorEvents {
  /** An SMS or a call was delivered. */
  message: [message: Message];
  /** A request was received and is about to be processed. */
  request: [request: RecordedRequest];
}

/** The API that the server emulates. */
export interface Api<Path extends string> extends Resources<Path> {
  process(request: ReceivedRequest<Path>): EmulatorReply;
  /** The default reply to a request that an override keeps from being processed. */
  unprocessed(): EmulatorReply;
  /** The reply when a callback of the test throws: a clock, an event listener, an override's promise. */
  fault(reason: unknown): EmulatorReply;
}

/** Delivers an SMS or a call to the emulated phone. */
export type Deliver = (message: Message) => void;

/** Base class of the emulators. `Path` is the union of the API's resources. */
export class Emulator<Path extends string> extends EventEmitter<EmulatorEvents> {
  readonly #messages = new BoundedList<Message>();
  readonly #requests = new BoundedList<RecordedRequest>();
  readonly #overrides = new ReplyOverrides<Path>();
  readonly #api: Api<Path>;
  readonly #server: HttpServer;

  /** @internal */
  constructor(createApi: (deliver: Deliver) => Api<Path>) {
    super();
    this.#api = createApi((message) => {
      this.#messages.add(message);
      this.emit('message', message);
    });
    this.#server = new HttpServer(
      (request, response) => void this.#respond(request, response),
      this.#api.basePath,
    );
  }

  /**
   * Starts listening. State outlives `stop()`: a challenge created before a restart can be answered
   * after it.
   *
   * @param port - TCP port. Default 0: a free port that the system picks.
   * @param host - Address to listen on. Default '127.0.0.1'.
   * @throws Node's error if it cannot listen, such as one with the code `EADDRINUSE`
   */
  start(port = 0, host = '127.0.0.1'): Promise<void> {
    return this.#server.start(port, host);
  }

  /** Stops listening and closes every connection, idle or in use. Does nothing if not started. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  /**
   * Base URL for the app's options, such as `http://127.0.0.1:41234/rest/2fa` (Modica) or
   * `http://127.0.0.1:41234` (Infobip, Nexmo).
   *
   * @throws Error if the emulator is not started
   */
  get url(): string {
    return this.#server.url;
  }

  /** Every SMS and call that was delivered, oldest first. A live list of at most the last 10,000. */
  get messages(): readonly Message[] {
    return this.#messages.items;
  }

  /** Every request that was received, refused ones included; live and limited like `messages`. */
  get requests(): readonly RecordedRequest[] {
    return this.#requests.items;
  }

  /**
   * Overrides the reply to the next request, once. Calls queue up: each request uses the first
   * override that matches its path.
   *
   * @example
   * emulator.overrideNextReply({ reply: 'lost', processed: true });
   */
  overrideNextReply(override: ReplyOverride<Path>): void {
    this.#overrides.add(override);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#process(request, response);
    } catch (fault) {
      // A callback of the test threw, and the reply shows its author why. A request that breaks off also
      // ends here; its reply is discarded.
      send(response, this.#api.fault(fault));
    }
  }

  async #process(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await readRequest(request, this.#api);
    this.#requests.add(received.recorded);
    this.emit('request', received.recorded);
    const override = this.#overrides.take(received.path);
    if (override === undefined) return send(response, this.#api.process(received));

    const processed = override.reply === 'held' || override.processed;
    const reply = processed ? this.#api.process(received) : this.#api.unprocessed();
    await override.until;
    switch (override.reply) {
      case 'held':
        return send(response, reply);
      case 'replaced':
        return send(response, replaceReply(reply, override));
      case 'lost':
        request.socket.destroy();
    }
  }
}
