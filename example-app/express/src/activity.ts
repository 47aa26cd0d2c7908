import Database from 'libsql';
import { z } from 'zod';

/** What users see in the activity of their account. */
export const activityTypes = [
  'code_sent',
  'logged_in',
  'logged_in_without_code',
  'confirmed',
  'number_changed',
  'number_removed',
  'code_wrong',
  'locked',
  'device_trusted',
  'device_used',
  'device_revoked',
  'device_token_reused',
  'password_changed',
  'payment_approved',
] as const;

export type ActivityType = (typeof activityTypes)[number];

export interface ActivityEntry {
  readonly type: ActivityType;
  readonly at: Date;
  /** The masked number that a code was sent to. */
  readonly destination: string | undefined;
}

const kept = 200;
const shown = 50;

const tables = `
  CREATE TABLE IF NOT EXISTS activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    happening TEXT NOT NULL,
    at INTEGER NOT NULL,
    destination TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS activity_of_user ON activity (user_id, id)`;

const entryRow = z.object({
  type: z.enum(activityTypes),
  at: z.number().transform((time) => new Date(time)),
  destination: z
    .string()
    .nullable()
    .transform((text) => text ?? undefined),
});

/**
 * The activity of each user's account, in SQLite: no codes, masked numbers, and only the newest 200
 * entries of each user.
 */
export class Activity {
  readonly #database: InstanceType<typeof Database>;

  constructor(file: string) {
    // Milliseconds, as for the users' table.
    this.#database = new Database(file, { timeout: 5000 });
    this.#database.exec(tables);
  }

  /** In one transaction, so that it is written to the disk once. */
  record(userId: number, type: ActivityType, destination?: string): void {
    this.#database.transaction(() => {
      this.#database
        .prepare('INSERT INTO activity (user_id, happening, at, destination) VALUES (?, ?, ?, ?)')
        .run(userId, type, Date.now(), destination ?? null);
      this.#database
        .prepare(
          `DELETE FROM activity WHERE user_id = ? AND id <=
             (SELECT id FROM activity WHERE user_id = ? ORDER BY id DESC LIMIT 1 OFFSET ${kept})`,
        )
        .run(userId, userId);
    })();
  }

  /** The newest fifty entries. */
  of(userId: number): readonly ActivityEntry[] {
    const rows = this.#database
      .prepare(
        `SELECT happening AS type, at, destination FROM activity
         WHERE user_id = ? ORDER BY id DESC LIMIT ${shown}`,
      )
      .all(userId);
    return z.array(entryRow).parse(rows);
  }

  close(): void {
    this.#database.close();
  }
}
