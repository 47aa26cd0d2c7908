// One-shot overrides of a reply, for tests of outages, delays and undocumented replies.
import type { EmulatorReply } from './http.js';

interface NextReply<Path extends string> {
  /**
   * Overrides the reply to the next request to this resource; requests to others get their normal reply.
   * @default any resource
   */
  readonly path?: Path | undefined;
  /**
   * Delays the reply until this promise resolves; the request is in flight until then. If it rejects,
   * the reply is a 500 with the reason.
   * @default no delay
   */
  readonly until?: PromiseLike<unknown> | undefined;
}

/** Replaces the reply. Properties that are left out stay as they were. */
export interface ReplacedReply<Path extends string = never> extends NextReply<Path> {
  readonly reply: 'replaced';
  /** Whether the request takes effect first: the SMS is sent, the code is checked. */
  readonly processed: boolean;
  /** @default that of the normal reply, or 503 if the request is not processed */
  readonly status?: number | undefined;
  /**
   * Added to the headers of the normal reply; `undefined` removes a header.
   * @default none
   */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Sent as it is.
   * @default that of the normal reply, or empty if the request is not processed
   */
  readonly body?: string | Uint8Array | undefined;
}

/** Closes the connection before the first byte of the reply. */
export interface LostReply<Path extends string = never> extends NextReply<Path> {
  readonly reply: 'lost';
  /** Whether the request takes effect first: the SMS is sent, the code is checked. */
  readonly processed: boolean;
}

/** Processes the request at once and sends the normal reply later. */
export interface HeldReply<Path extends string = never> extends NextReply<Path> {
  readonly reply: 'held';
  /** Sends the normal reply once this promise resolves, or a 500 with the reason if it rejects. */
  readonly until: PromiseLike<unknown>;
}

/**
 * A one-shot override for `emulator.overrideNextReply()`. `Path` is the union of resources it may
 * name, such as `ModicaPath`; without it, an override names none and works with every emulator.
 *
 * @example
 * // An outage: no SMS is sent
 * emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 503 });
 * // The SMS is sent, but the reply is lost
 * emulator.overrideNextReply({ path: '/challenges', reply: 'lost', processed: true });
 * // The code is checked now; the reply comes when the test resolves `released`
 * emulator.overrideNextReply({ path: '/responses', reply: 'held', until: released });
 */
export type ReplyOverride<Path extends string = never> =
  | ReplacedReply<Path>
  | LostReply<Path>
  | HeldReply<Path>;

/** Overrides in the order they were added. */
export class ReplyOverrides<Path extends string> {
  #queue: ReplyOverride<Path>[] = [];

  /** Stores a copy, so that the same object added twice counts as two overrides. */
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
