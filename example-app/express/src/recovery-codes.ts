import type { Request } from 'express';
import Database from 'libsql';
import { generateRecoveryCodes } from 'passport-modica-2fa';
import { z } from 'zod';
import type { Activity } from './activity.js';
import { userOf } from './authentication.js';

const table = `
  CREATE TABLE IF NOT EXISTS recovery_codes (
    user_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
  ) STRICT, WITHOUT ROWID`;

const hashRow = z.object({ hash: z.string() });

/** The unused recovery codes of each user, in SQLite: salted hashes only. */
export class RecoveryCodes {
  readonly #database: InstanceType<typeof Database>;

  constructor(file: string) {
    // Milliseconds, as for the users' table.
    this.#database = new Database(file, { timeout: 5000 });
    this.#database.exec(table);
  }

  hashes(userId: number): readonly string[] {
    const rows = this.#database
      .prepare('SELECT hash FROM recovery_codes WHERE user_id = ?')
      .all(userId);
    return z
      .array(hashRow)
      .parse(rows)
      .map(({ hash }) => hash);
  }

  /** One statement, so that of parallel requests with the same code only one finds the row. */
  consume(userId: number, hash: string): boolean {
    const { changes } = this.#database
      .prepare('DELETE FROM recovery_codes WHERE user_id = ? AND hash = ?')
      .run(userId, hash);
    return changes === 1;
  }

  /** In one transaction, so that the codes of an earlier set and of this one are never valid together. */
  replace(userId: number, hashes: readonly string[]): void {
    this.#database.transaction(() => {
      this.removeAll(userId);
      const insert = this.#database.prepare(
        'INSERT INTO recovery_codes (user_id, hash) VALUES (?, ?)',
      );
      for (const hash of hashes) insert.run(userId, hash);
    })();
  }

  removeAll(userId: number): void {
    this.#database.prepare('DELETE FROM recovery_codes WHERE user_id = ?').run(userId);
  }

  close(): void {
    this.#database.close();
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
  recoveryCodes.replace(id, hashes);
  activity.record(id, 'recovery_codes_created');
  return codes;
}
