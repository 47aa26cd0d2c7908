import type { EmulatorReply } from './http.js';

interface NextReply<Path extends string> {
  /**
   * Overrides the reply to the next request to this path, and lets requests to others pass by.
   * @default whichever request comes next
   */
  readonly path?: Path | undefined;
  /**
   * Nothing is answered before this promise settles: the request is in flight until then. Should it
   * reject, the request is answered with 500 and the reason.
   */
  readonly until?: PromiseLike<unknown> | undefined;
}

/** The reply is another one. Members that are left out stay as they were. */
export interface ReplacedReply<Path extends string = never> extends NextReply<Path> {
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
export interface LostReply<Path extends string = never> extends NextReply<Path> {
  readonly reply: 'lost';
  /** Whether the request takes effect first: the SMS is sent, the code is checked. */
  readonly processed: boolean;
}

/** The request is processed at once; its true reply comes late. */
export interface HeldReply<Path extends string = never> extends NextReply<Path> {
  readonly reply: 'held';
  /** The true reply is sent as soon as this promise resolves; 500 with the reason if it rejects. */
  readonly until: PromiseLike<unknown>;
}

/**
 * What happens to one reply, once: see `overrideNextReply` of an emulator. `Path` are the resources of the API
 * that can be named. Without it an override names none, and fits every emulator.
 *
 * @example
 * // Modica is down: no SMS is sent
 * emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 503 });
 * // the SMS is sent, but the answer never arrives
 * emulator.overrideNextReply({ path: '/challenges', reply: 'lost', processed: true });
 * // the code is checked now, the answer waits for the test
 * emulator.overrideNextReply({ path: '/responses', reply: 'held', until: released });
 */
export type ReplyOverride<Path extends string = never> =
  | ReplacedReply<Path>
  | LostReply<Path>
  | HeldReply<Path>;

/** Overrides that wait for their request, first come, first served. */
export class ReplyOverrides<Path extends string> {
  #queue: ReplyOverride<Path>[] = [];

  /** Copied, so that an override queued twice is two overrides. */
  add(override: ReplyOverride<Path>): void {
    this.#queue.push({ ...override });
  }

  take(path: Path | undefined): ReplyOverride<Path> | undefined {
    const next = this.#queue.find(
      (override) => override.path === undefined || override.path === path,
    );
    this.#queue = this.#queue.filter((override) => override !== next);
    return next;
  }
}

export function replaceReply(reply: EmulatorReply, override: ReplacedReply<string>): EmulatorReply {
  return {
    status: override.status ?? reply.status,
    headers: { ...reply.headers, ...override.headers },
    body: override.body ?? reply.body,
  };
}
