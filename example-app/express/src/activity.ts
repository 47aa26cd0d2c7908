import { z } from 'zod';
import { type AppDatabase, timeColumn } from './database.js';

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

const optionalText = z
  .string()
  .nullable()
  .transform((text) => text ?? undefined);

const entryRow = z.object({
  type: z.enum(activityTypes),
  at: timeColumn,
  destination: optionalText,
  actor: optionalText,
  subject: optionalText,
});

/** The activity of each user's account: no codes, masked numbers, and only the newest 200 entries of each user. */
export class Activity {
  readonly #tables: AppDatabase['tables'];

  constructor({ tables }: AppDatabase) {
    this.#tables = tables;
  }

  async record(userId: number, type: ActivityType, details: ActivityDetails = {}): Promise<void> {
    const { destination = null, actor = null, subject = null } = details;
    const row = { user_id: userId, happening: type, at: Date.now(), destination, actor, subject };
    await this.#tables.insertInto('activity').values(row).execute();
    const oldest = await this.#tables
      .selectFrom('activity')
      .select('id')
      .where('user_id', '=', userId)
      .orderBy('id', 'desc')
      .limit(1)
      .offset(kept)
      .executeTakeFirst();
    if (!oldest) return;
    await this.#tables
      .deleteFrom('activity')
      .where('user_id', '=', userId)
      .where('id', '<=', oldest.id)
      .execute();
  }

  /** The newest fifty entries. */
  async of(userId: number): Promise<readonly ActivityEntry[]> {
    const rows = await this.#tables
      .selectFrom('activity')
      .select(['happening as type', 'at', 'destination', 'actor', 'subject'])
      .where('user_id', '=', userId)
      .orderBy('id', 'desc')
      .limit(shown)
      .execute();
    return z.array(entryRow).parse(rows);
  }
}
