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
  'recovery_code_used',
  'recovery_codes_created',
  'code_wrong',
  'locked',
  'device_trusted',
  'device_used',
  'device_revoked',
  'device_token_reused',
  'password_changed',
  'payment_approved',
  'unlocked',
  'codes_cancelled',
  'records_erased',
] as const;

export type ActivityType = (typeof activityTypes)[number];

export interface ActivityDetails {
  /** The masked number that a code was sent to. */
  readonly destination?: string | undefined;
  /** The username of the support agent who did it for the user. */
  readonly actor?: string | undefined;
  /** In a support agent's own activity: the username of the user it was done for. */
  readonly subject?: string | undefined;
}

export interface ActivityEntry extends ActivityDetails {
  readonly type: ActivityType;
  readonly at: Date;
}

const kept = 200;
const shown = 50;

const tables = `
  CREATE TABLE IF NOT EXISTS activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    happening TEXT NOT NULL,
    at INTEGER NOT NULL,
    destination TEXT,
    actor TEXT,
    subject TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS activity_of_user ON activity (user_id, id)`;

// Files of an earlier release do not have these columns.
const supportColumns = `
  ALTER TABLE activity ADD COLUMN actor TEXT;
  ALTER TABLE activity ADD COLUMN subject TEXT`;

const optionalText = z
  .string()
  .nullable()
  .transform((text) => text ?? undefined);

const entryRow = z.object({
  type: z.enum(activityTypes),
  at: z.number().transform((time) => new Date(time)),
  destination: optionalText,
  actor: optionalText,
  subject: optionalText,
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
    // An immediate transaction, or two processes that start together would both add the columns.
    this.#database.transaction(() => this.#prepareTable()).immediate();
  }

  #prepareTable(): void {
    this.#database.exec(tables);
    const found = this.#database
      .prepare("SELECT 1 FROM pragma_table_info('activity') WHERE name = 'actor'")
      .get();
    if (!found) this.#database.exec(supportColumns);
  }

  /** In one transaction, so that it is written to the disk once. */
  record(userId: number, type: ActivityType, details: ActivityDetails = {}): void {
    const { destination = null, actor = null, subject = null } = details;
    this.#database.transaction(() => {
      this.#database
        .prepare(
          `INSERT INTO activity (user_id, happening, at, destination, actor, subject)
             VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(userId, type, Date.now(), destination, actor, subject);
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
        `SELECT happening AS type, at, destination, actor, subject FROM activity
         WHERE user_id = ? ORDER BY id DESC LIMIT ${shown}`,
      )
      .all(userId);
    return z.array(entryRow).parse(rows);
  }

  close(): void {
    this.#database.close();
  }
}
