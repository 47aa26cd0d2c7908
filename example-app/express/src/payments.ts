import Database from 'libsql';
import { z } from 'zod';

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

const tables = `
  CREATE TABLE IF NOT EXISTS payments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    payee TEXT NOT NULL,
    amount INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'draft',
    changed_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS payments_of_user ON payments (user_id)`;

const columns = 'id, payee, amount, state, changed_at AS changedAt';

const paymentRow = z.object({
  id: z.number(),
  payee: z.string(),
  amount: z.number(),
  state: z.enum(['draft', 'paid']),
  changedAt: z.number().transform((time) => new Date(time)),
});

/**
 * The users' payments, in SQLite. A draft is kept on the server, so that a code never approves what a
 * browser posts. Every query names the user, so that no one can reach another user's payments.
 */
export class Payments {
  readonly #database: InstanceType<typeof Database>;

  constructor(file: string) {
    // Milliseconds, as for the users' table.
    this.#database = new Database(file, { timeout: 5000 });
    this.#database.exec(tables);
  }

  draft(userId: number, { payee, amount }: Order): Payment {
    const row = this.#database
      .prepare(
        `INSERT INTO payments (user_id, payee, amount, changed_at) VALUES (?, ?, ?, ?)
         RETURNING ${columns}`,
      )
      .get(userId, payee, amount, Date.now());
    return paymentRow.parse(row);
  }

  /** Undefined when there is none, or when it is another user's. */
  find(userId: number, id: number): Payment | undefined {
    const row = this.#database
      .prepare(`SELECT ${columns} FROM payments WHERE id = ? AND user_id = ?`)
      .get(id, userId);
    return paymentRow.optional().parse(row);
  }

  /** The newest fifty payments. */
  of(userId: number): readonly Payment[] {
    const rows = this.#database
      .prepare(`SELECT ${columns} FROM payments WHERE user_id = ? ORDER BY id DESC LIMIT 50`)
      .all(userId);
    return z.array(paymentRow).parse(rows);
  }

  /** Undefined when there is no such draft of this user. */
  change(userId: number, id: number, { payee, amount }: Order): Payment | undefined {
    const row = this.#database
      .prepare(
        `UPDATE payments SET payee = ?, amount = ?, changed_at = ?
         WHERE id = ? AND user_id = ? AND state = 'draft' RETURNING ${columns}`,
      )
      .get(payee, amount, Date.now(), id, userId);
    return paymentRow.optional().parse(row);
  }

  /**
   * Pays what was approved, once; undefined when the draft has changed or is paid already. One statement,
   * so that no change can come between check and payment.
   */
  pay(userId: number, { id, payee, amount }: Approval): Payment | undefined {
    const row = this.#database
      .prepare(
        `UPDATE payments SET state = 'paid', changed_at = ?
         WHERE id = ? AND user_id = ? AND payee = ? AND amount = ? AND state = 'draft'
         RETURNING ${columns}`,
      )
      .get(Date.now(), id, userId, payee, amount);
    return paymentRow.optional().parse(row);
  }

  close(): void {
    this.#database.close();
  }
}
