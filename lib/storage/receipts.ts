import { z } from 'zod';
import { fingerprint } from '../fingerprint.js';
import { Records } from './records.js';
import type { Store } from './storage.js';

/** How far a message got, as the provider has told since. */
const receiptSchema = z.object({
  state: z.enum(['pending', 'delivered', 'failed']),
  /** Why it failed, in the provider's words. */
  problem: z.string().optional(),
  /** Until when anybody asks, in milliseconds since the epoch. */
  until: z.number(),
});

export type Receipt = Readonly<z.infer<typeof receiptSchema>>;

/**
 * What becomes of messages after they were sent, by the id that the provider gave each. Only those are
 * known that were sent from here: a receipt for any other changes nothing.
 */
export class Receipts {
  private readonly records: Records;

  constructor(store: Store) {
    this.records = new Records(store);
  }

  /** From now on receipts for this message are taken. */
  async expect(messageId: string, until: number): Promise<void> {
    await this.write(messageId, { state: 'pending', until });
  }

  /**
   * The same receipt twice is one, and a late one undoes nothing: providers send them again until they
   * are answered, and in any order.
   *
   * @returns false for a message that is not known (yet)
   */
  async record(messageId: string, told: Pick<Receipt, 'state' | 'problem'>): Promise<boolean> {
    const known = await this.of(messageId);
    if (known?.state === 'pending' && told.state !== 'pending') {
      await this.write(messageId, { ...told, until: known.until });
    }
    return known !== undefined;
  }

  async of(messageId: string): Promise<Receipt | undefined> {
    return this.records.read(receiptKey(messageId), receiptSchema);
  }

  private async write(messageId: string, receipt: Receipt): Promise<void> {
    // A second more than anybody asks: what comes at the very end must not be written for no time at all.
    const left = Math.max(receipt.until - Date.now(), 0) + 1000;
    await this.records.write(receiptKey(messageId), receipt, left);
  }
}

const receiptKey = (messageId: string) => `passport-modica-2fa:receipt:${fingerprint(messageId)}`;
