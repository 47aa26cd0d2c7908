import type { Message } from './message.js';
import type { Reply } from './reply.js';
import type { ReceivedRequest } from './request.js';

/** What an emulated API is to the server before it. */
export interface Api<Path extends string> {
  /** What the API's base URI has after the host; empty where it has nothing. */
  readonly basePath: string;
  /** Its resources below the base path, written as its document does: '/pin/{pinId}/verify'. */
  readonly paths: readonly Path[];
  process(request: ReceivedRequest<Path>): Reply;
  /** The reply to a request that an override keeps from being processed. */
  unprocessed(): Reply;
  /** The reply when a clock, a listener or an override of the test failed. */
  fault(reason: unknown): Reply;
}

/** Brings an SMS to the phone. */
export type Deliver = (message: Message) => void;
