import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { BoundedList } from './bounded-list.js';
import {
  type EmulatorReply,
  type ReceivedRequest,
  type RecordedRequest,
  readRequest,
  send,
} from './http.js';
import { HttpServer } from './http-server.js';
import { type ReplyOverride, ReplyOverrides, replaceReply } from './reply-override.js';

/** Events of every emulator. */
export interface EmulatorEvents {
  /** An SMS was delivered. */
  message: [message: Message];
  /** A request was received; it is about to be processed. */
  request: [request: RecordedRequest];
}

/** What every emulator is, whichever API it plays. `Path` are the resources of that API. */
export class Emulator<Path extends string> extends EventEmitter<EmulatorEvents> {
  readonly #messages = new BoundedList<Message>();
  readonly #requests = new BoundedList<RecordedRequest>();
  readonly #overrides = new ReplyOverrides<Path>();
  readonly #server: HttpServer;

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
    this.#server = new HttpServer(
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
    return this.#server.start(port, host);
  }

  /** Stops listening and cuts every connection, idle or in flight. Harmless if not started. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  /**
   * Base URI to give to the app, such as `http://127.0.0.1:41234/rest/2fa` (Modica) or
   * `http://127.0.0.1:41234` (the others).
   * @throws Error if the emulator is not started
   */
  get url(): string {
    return this.#server.url;
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

interface Parts<Path extends string> {
  readonly api: Api<Path>;
  readonly overrides: ReplyOverrides<Path>;
  readonly record: (request: RecordedRequest) => void;
}

/** One request and its reply, true or overridden. */
function exchange<Path extends string>(parts: Parts<Path>): RequestListener {
  return (request, response) => {
    answer(parts, request, response).catch((fault: unknown) => {
      // A clock, a listener or an override failed, and whoever wrote it reads the reply. A client that
      // went away ends here too, and nobody reads it.
      send(response, parts.api.fault(fault));
    });
  };
}

async function answer<Path extends string>(
  { api, overrides, record }: Parts<Path>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await readRequest(request, api);
  record(received.recorded);
  const override = overrides.take(received.path);
  if (override === undefined) return send(response, api.process(received));

  const processed = override.reply === 'held' || override.processed;
  const reply = processed ? api.process(received) : api.unprocessed();
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

/** What an emulated API is to the server before it. */
export interface Api<Path extends string> {
  /** What the API's base URI has after the host; empty where it has nothing. */
  readonly basePath: string;
  /** Its resources below the base path, written as its document does: '/pin/{pinId}/verify'. */
  readonly paths: readonly Path[];
  process(request: ReceivedRequest<Path>): EmulatorReply;
  /** The reply to a request that an override keeps from being processed. */
  unprocessed(): EmulatorReply;
  /** The reply when a clock, a listener or an override of the test failed. */
  fault(reason: unknown): EmulatorReply;
}

/** Brings an SMS to the phone. */
export type Deliver = (message: Message) => void;

/** An SMS that an emulator delivered. */
export interface Message {
  /** The phone number that got it, in E.164: with '+', however the API writes numbers. */
  readonly to: string;
  /** The whole text, with the code in it. */
  readonly text: string;
  /** The code alone. */
  readonly code: string;
  /** When it was sent, by the emulator's clock. */
  readonly sentAt: Date;
  /** The sender that the phone shows, where the API was told one. */
  readonly from?: string | undefined;
  /** What the API's reply calls it: Infobip's `pinId`, Nexmo's `message-id`. */
  readonly id?: string | undefined;
}
