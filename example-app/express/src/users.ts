import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import Database from 'libsql';
import { z } from 'zod';

const roles = ['user', 'support'] as const;

export type Role = (typeof roles)[number];

export interface AppUser {
  readonly id: number;
  readonly username: string;
  /** In E.164 form, and proved by a code; null for a user without a second factor. */
  readonly mobile: string | null;
  readonly role: Role;
  /** Counts the passwords of this user; a new one for each password. */
  readonly passwordVersion: number;
}

/** A registration has no number: one is saved once a code has proved it. */
export interface Registration {
  readonly username: string;
  readonly password: string;
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
    password_version INTEGER NOT NULL DEFAULT 1,
    mobile TEXT,
    role TEXT NOT NULL DEFAULT 'user'
  ) STRICT`;

/** For files of an earlier release. SQLite cannot drop a NOT NULL (of "mobile") without a new table. */
const renewTable = [
  'ALTER TABLE users RENAME TO earlier_users',
  table,
  'INSERT INTO users (id, username, password_hash, password_version, mobile) SELECT id, username, password_hash, %version, mobile FROM earlier_users',
  // The ids of deleted users must not be used again either, not even where no other user is left.
  "DELETE FROM sqlite_sequence WHERE name = 'users'",
  "UPDATE sqlite_sequence SET name = 'users' WHERE name = 'earlier_users'",
  'DROP TABLE earlier_users',
];

const columns = 'id, username, mobile, role, password_version AS passwordVersion';

const userRow = z.object({
  id: z.number(),
  username: z.string(),
  mobile: z.string().nullable(),
  role: z.enum(roles),
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
    // An immediate transaction, or two processes that start together would both renew the table.
    this.#database.transaction(() => this.#prepareTable()).immediate();
  }

  #prepareTable(): void {
    this.#database.exec(table);
    if (this.#hasColumn('role')) return;
    const version = this.#hasColumn('password_version') ? 'password_version' : '1';
    for (const statement of renewTable) {
      this.#database.exec(statement.replace('%version', version));
    }
  }

  #hasColumn(name: string): boolean {
    const found = this.#database
      .prepare("SELECT 1 FROM pragma_table_info('users') WHERE name = ?")
      .get(name);
    return found !== undefined;
  }

  /**
   * Undefined when the username is taken.
   *
   * @param known - What is known about a user who did not register: a demo user, support staff.
   */
  async create(
    { username, password }: Registration,
    { mobile = null, role = 'user' }: Partial<Pick<AppUser, 'mobile' | 'role'>> = {},
  ): Promise<AppUser | undefined> {
    // The package's defaults: argon2id, 19 MiB, two passes, as OWASP recommends.
    const passwordHash = await hash(password);
    const row = this.#database
      .prepare(
        `INSERT INTO users (username, password_hash, mobile, role) VALUES (?, ?, ?, ?)
         ON CONFLICT (username) DO NOTHING RETURNING ${columns}`,
      )
      .get(username, passwordHash, mobile, role);
    return userRow.optional().parse(row);
  }

  byId(id: number | string): AppUser | undefined {
    const row = this.#database.prepare(`SELECT ${columns} FROM users WHERE id = ?`).get(id);
    return userRow.optional().parse(row);
  }

  byUsername(username: string): AppUser | undefined {
    const row = this.#database
      .prepare(`SELECT ${columns} FROM users WHERE username = ?`)
      .get(username);
    return userRow.optional().parse(row);
  }

  /**
   * Undefined when there is no such user, or when the number is no longer `before`: a request that needed no
   * code of an earlier number must not replace one that was saved in the meantime.
   */
  changeMobile(id: number, mobile: string | null, before: string | null): AppUser | undefined {
    const row = this.#database
      .prepare(`UPDATE users SET mobile = ? WHERE id = ? AND mobile IS ? RETURNING ${columns}`)
      .get(mobile, id, before);
    return userRow.optional().parse(row);
  }

  /** Whether this is the user's password. */
  async isPassword({ id }: AppUser, password: string): Promise<boolean> {
    const row = this.#database.prepare(`${withCredentials} WHERE id = ?`).get(id);
    const found = credentialsRow.optional().parse(row);
    return found !== undefined && verify(found.passwordHash, password);
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
