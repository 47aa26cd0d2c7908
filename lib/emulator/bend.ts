import type { ApiPath } from './vocabulary.js';

interface NextReply {
  /**
   * Bends the reply to the next request to this path, and lets requests to others pass by.
   * @default whichever request comes next
   */
  readonly path?: ApiPath | undefined;
  /**
   * Nothing is answered before this promise settles: the request is in flight until then. Should it
   * reject, the request is answered with 500 and the reason.
   */
  readonly until?: PromiseLike<unknown> | undefined;
}

/** The reply is another one. Members that are left out stay as they were. */
export interface ReplacedReply extends NextReply {
  readonly reply: 'replaced';
  /** Whether the request takes effect first: the SMS is sent, the code is checked. */
  readonly processed: boolean;
  /** @default that of the true reply; 503 when the request is not processed */
  readonly status?: number | undefined;
  /** Laid over the usual headers; `undefined` takes a header away. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Sent as it is.
   * @default that of the true reply; empty when the request is not processed
   */
  readonly body?: string | Uint8Array | undefined;
}

/** The connection is cut before a byte of the reply. */
export interface LostReply extends NextReply {
  readonly reply: 'lost';
  /** Whether the request takes effect first: the SMS is sent, the code is checked. */
  readonly processed: boolean;
}

/** The request is processed at once; its true reply comes late. */
export interface HeldReply extends NextReply {
  readonly reply: 'held';
  /** The true reply is sent as soon as this promise resolves; 500 with the reason if it rejects. */
  readonly until: PromiseLike<unknown>;
}

/**
 * What happens to one reply, once: see {@link ModicaEmulator.bendNext}.
 *
 * @example
 * // Modica is down: no SMS is sent
 * emulator.bendNext({ reply: 'replaced', processed: false, status: 503 });
 * // the SMS is sent, but the answer never arrives
 * emulator.bendNext({ path: '/challenges', reply: 'lost', processed: true });
 * // the code is checked now, the answer waits for the test
 * emulator.bendNext({ path: '/responses', reply: 'held', until: released });
 */
export type Bend = ReplacedReply | LostReply | HeldReply;

/** Bends that wait for their request, first come, first served. */
export class Bends {
  #waiting: Bend[] = [];

  /** Copied, so that a bend queued twice is two bends. */
  add(bend: Bend): void {
    this.#waiting.push({ ...bend });
  }

  take(path: ApiPath | undefined): Bend | undefined {
    const next = this.#waiting.find((bend) => bend.path === undefined || bend.path === path);
    this.#waiting = this.#waiting.filter((bend) => bend !== next);
    return next;
  }
}
