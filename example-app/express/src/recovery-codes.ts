import type { Request } from 'express';
import { generateRecoveryCodes } from 'passport-modica-2fa';
import type { Activity } from './activity.js';
import { userOf } from './authentication.js';
import type { AppDatabase } from './database.js';

/** The unused recovery codes of each user: salted hashes only. */
export class RecoveryCodes {
  readonly #tables: AppDatabase['tables'];

  constructor({ tables }: AppDatabase) {
    this.#tables = tables;
  }

  async hashes(userId: number): Promise<readonly string[]> {
    const rows = await this.#tables
      .selectFrom('recovery_codes')
      .select('hash')
      .where('user_id', '=', userId)
      .execute();
    return rows.map(({ hash }) => hash);
  }

  /** One statement, so that of parallel requests with the same code only one finds the row. */
  async consume(userId: number, hash: string): Promise<boolean> {
    const { numDeletedRows } = await this.#tables
      .deleteFrom('recovery_codes')
      .where('user_id', '=', userId)
      .where('hash', '=', hash)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  /** In one transaction, so that the codes of an earlier set and of this one are never valid together. */
  async replace(userId: number, hashes: readonly string[]): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      await tables.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
      const rows = hashes.map((hash) => ({ user_id: userId, hash }));
      await tables.insertInto('recovery_codes').values(rows).execute();
    });
  }

  async removeAll(userId: number): Promise<void> {
    await this.#tables.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  }
}

export interface RecoveryParts {
  readonly recoveryCodes: RecoveryCodes;
  readonly activity: Activity;
}

/** Creates a new set for the user of this request, and returns the codes, which are stored nowhere. */
export async function renewCodes(
  request: Request,
  { recoveryCodes, activity }: RecoveryParts,
): Promise<readonly string[]> {
  const { id } = userOf(request);
  const { codes, hashes } = await generateRecoveryCodes();
  await recoveryCodes.replace(id, hashes);
  await activity.record(id, 'recovery_codes_created');
  return codes;
}
