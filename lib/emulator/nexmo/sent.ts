import { randomBytes } from 'node:crypto';
import { Recent } from '../server/recent.js';
import type { NexmoEmulatorRequest } from './request.js';

export interface SentMessage {
  /** '8 to 16 characters'. */
  readonly messageId: string;
  readonly request: NexmoEmulatorRequest;
}

/** The messages that were sent, which receipts and conversions are about. */
export class SentMessages {
  readonly #messages = new Recent<SentMessage>();

  add(request: NexmoEmulatorRequest): SentMessage {
    const messageId = randomBytes(8).toString('hex').toUpperCase();
    const message = { messageId, request };
    this.#messages.add(message);
    return message;
  }

  find(messageId: string): SentMessage | undefined {
    return this.#messages.items.findLast((message) => message.messageId === messageId);
  }
}
