import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import Database from 'libsql';
import { z } from 'zod';

export interface AppUser {
  readonly id: number;
  readonly username: string;
  /** In E.164 form. */
  readonly mobile: string;
  /** Counts the passwords of this user; a new one for each password. */
  readonly passwordVersion: number;
}

export interface Registration {
  readonly username: string;
  readonly password: string;
  readonly mobile: string;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

// AUTOINCREMENT never reuses the id of a deleted user, which an old session may still hold.
const table = `
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    mobile TEXT NOT NULL
  ) STRICT`;

// Files of an earlier release do not have this column.
const passwordVersionColumn =
  'ALTER TABLE users ADD COLUMN password_version INTEGER NOT NULL DEFAULT 1';

const columns = 'id, username, mobile, password_version AS passwordVersion';

const userRow = z.object({
  id: z.number(),
  username: z.string(),
  mobile: z.string(),
  passwordVersion: z.number(),
});
const credentialsRow = userRow.extend({ passwordHash: z.string() });
const withCredentials = `SELECT ${columns}, password_hash AS passwordHash FROM users`;

/** The app's users, in SQLite, with argon2id hashes of their passwords. */
export class Users {
  readonly #database: InstanceType<typeof Database>;

  // Checked when there is no such user, so that the answer takes as long as for one.
  readonly #dummyHash = hash(randomBytes(32));

  constructor(file: string) {
    // Milliseconds to wait while another process writes. The default fails at once.
    this.#database = new Database(file, { timeout: 5000 });
    // An immediate transaction, or two processes that start together would both add the column.
    this.#database.transaction(() => this.#prepareTable()).immediate();
  }

  #prepareTable(): void {
    this.#database.exec(table);
    const found = this.#database
      .prepare("SELECT 1 FROM pragma_table_info('users') WHERE name = 'password_version'")
      .get();
    if (!found) this.#database.exec(passwordVersionColumn);
  }

  /** Undefined when the username is taken. */
  async create({ username, password, mobile }: Registration): Promise<AppUser | undefined> {
    // The package's defaults: argon2id, 19 MiB, two passes, as OWASP recommends.
    const passwordHash = await hash(password);
    const row = this.#database
      .prepare(
        `INSERT INTO users (username, password_hash, mobile) VALUES (?, ?, ?)
         ON CONFLICT (username) DO NOTHING RETURNING ${columns}`,
      )
      .get(username, passwordHash, mobile);
    return userRow.optional().parse(row);
  }

  byId(id: number | string): AppUser | undefined {
    const row = this.#database.prepare(`SELECT ${columns} FROM users WHERE id = ?`).get(id);
    return userRow.optional().parse(row);
  }

  /** Undefined when there is no such user. */
  changeMobile(id: number, mobile: string): AppUser | undefined {
    const row = this.#database
      .prepare(`UPDATE users SET mobile = ? WHERE id = ? RETURNING ${columns}`)
      .get(mobile, id);
    return userRow.optional().parse(row);
  }

  /** Undefined when there is no such user or the password is incorrect; both take the same time. */
  async byPassword(username: string, password: string): Promise<AppUser | undefined> {
    const row = this.#database.prepare(`${withCredentials} WHERE username = ?`).get(username);
    const found = credentialsRow.optional().parse(row);
    const matches = await verify(found?.passwordHash ?? (await this.#dummyHash), password);
    return found && matches ? userRow.parse(found) : undefined;
  }

  /** Undefined when the current password is incorrect. */
  async changePassword(
    id: number,
    { currentPassword, newPassword }: PasswordChange,
  ): Promise<AppUser | undefined> {
    const row = this.#database.prepare(`${withCredentials} WHERE id = ?`).get(id);
    const found = credentialsRow.optional().parse(row);
    if (!found || !(await verify(found.passwordHash, currentPassword))) return undefined;
    const changed = this.#database
      .prepare(
        `UPDATE users SET password_hash = ?, password_version = password_version + 1
         WHERE id = ? AND password_version = ? RETURNING ${columns}`,
      )
      // Only if the password is still the one that was checked: of two changes at once, one is made.
      .get(await hash(newPassword), id, found.passwordVersion);
    return userRow.optional().parse(changed);
  }

  close(): void {
    this.#database.close();
  }
}
