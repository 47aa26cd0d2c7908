import { z } from 'zod';
import { type AppDatabase, insertedId, timeColumn } from './database.js';

/** A payment as a user orders it. */
export interface Order {
  readonly payee: string;
  /** In cents. */
  readonly amount: number;
}

export interface Payment extends Order {
  readonly id: number;
  readonly state: 'draft' | 'paid';
  /** When it was drafted, changed or paid. */
  readonly changedAt: Date;
}

/** What a code approved: the payment as it was when the code was sent. */
export type Approval = Pick<Payment, 'id' | 'payee' | 'amount'>;

const columns = ['id', 'payee', 'amount', 'state', 'changed_at as changedAt'] as const;

const paymentRow = z.object({
  id: z.number(),
  payee: z.string(),
  amount: z.number(),
  state: z.enum(['draft', 'paid']),
  changedAt: timeColumn,
});

/**
 * The users' payments. A draft is kept on the server, so that a code never approves what a browser posts. Every
 * query names the user, so that no one can reach another user's payments.
 */
export class Payments {
  readonly #database: AppDatabase;

  constructor(database: AppDatabase) {
    this.#database = database;
  }

  async draft(userId: number, { payee, amount }: Order): Promise<Payment> {
    const changedAt = Date.now();
    const row = { user_id: userId, payee, amount, changed_at: changedAt };
    const id = await insertedId(this.#database, 'payments', row);
    return { id, payee, amount, state: 'draft', changedAt: new Date(changedAt) };
  }

  /** Undefined when there is none, or when it is another user's. */
  async find(userId: number, id: number): Promise<Payment | undefined> {
    const row = await this.#payments(userId).where('id', '=', id).executeTakeFirst();
    return paymentRow.optional().parse(row);
  }

  /** The newest fifty payments. */
  async of(userId: number): Promise<readonly Payment[]> {
    const rows = await this.#payments(userId).orderBy('id', 'desc').limit(50).execute();
    return z.array(paymentRow).parse(rows);
  }

  /** Does nothing when there is no such draft of this user. */
  async change(userId: number, id: number, { payee, amount }: Order): Promise<void> {
    await this.#drafts(userId, id).set({ payee, amount, changed_at: Date.now() }).execute();
  }

  /**
   * Pays what was approved, once; undefined when the draft has changed or is paid already. One statement,
   * so that no change can come between check and payment.
   */
  async pay(userId: number, { id, payee, amount }: Approval): Promise<Payment | undefined> {
    const { numUpdatedRows } = await this.#drafts(userId, id)
      .set({ state: 'paid', changed_at: Date.now() })
      .where('payee', '=', payee)
      .where('amount', '=', amount)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n ? this.find(userId, id) : undefined;
  }

  #payments(userId: number) {
    return this.#database.tables
      .selectFrom('payments')
      .select(columns)
      .where('user_id', '=', userId);
  }

  #drafts(userId: number, id: number) {
    return this.#database.tables
      .updateTable('payments')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('state', '=', 'draft');
  }
}
