// Delivery receipts: the delivery state of a message after it was sent.
import { z } from 'zod';
import { fingerprint } from '../fingerprint.js';
import { Records } from './records.js';
import type { Store } from './storage.js';

const receiptSchema = z.object({
  state: z.enum(['pending', 'delivered', 'failed']),
  /** Why it failed, in the provider's words. */
  problem: z.string().optional(),
  /** When the record is no longer needed, in milliseconds since the epoch. */
  until: z.number(),
});

export type Receipt = Readonly<z.infer<typeof receiptSchema>>;

/** Receipts by the provider's id for each message. Ignores receipts for messages that this app did not send. */
export class Receipts {
  private readonly records: Records;

  constructor(store: Store) {
    this.records = new Records(store);
  }

  /** Registers a message, whose receipts are accepted from now on. */
  async expect(messageId: string, until: number): Promise<void> {
    await this.write(messageId, { state: 'pending', until });
  }

  /**
   * Idempotent, and the first final state wins: providers repeat receipts until they are acknowledged, and
   * send them in any order.
   *
   * @returns `false` for a message that is not (yet) registered
   */
  async record(messageId: string, received: Pick<Receipt, 'state' | 'problem'>): Promise<boolean> {
    const known = await this.of(messageId);
    if (known?.state === 'pending' && received.state !== 'pending') {
      await this.write(messageId, { ...received, until: known.until });
    }
    return known !== undefined;
  }

  async of(messageId: string): Promise<Receipt | undefined> {
    return this.records.read(receiptKey(messageId), receiptSchema);
  }

  private async write(messageId: string, receipt: Receipt): Promise<void> {
    // One second more, so that a receipt at the very end is not written with a TTL of 0.
    const left = Math.max(receipt.until - Date.now(), 0) + 1000;
    await this.records.write(receiptKey(messageId), receipt, left);
  }
}

const receiptKey = (messageId: string) => `receipt:${fingerprint(messageId)}`;
