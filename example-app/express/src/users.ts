import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import Database from 'libsql';
import { z } from 'zod';

export interface AppUser {
  readonly id: number;
  readonly username: string;
  /** In E.164 form. */
  readonly mobile: string;
}

export interface Registration {
  readonly username: string;
  readonly password: string;
  readonly mobile: string;
}

// AUTOINCREMENT: the id of a deleted user, which an old session may hold, is never given away again.
const table = `
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    mobile TEXT NOT NULL
  ) STRICT`;

const userRow = z.object({ id: z.number(), username: z.string(), mobile: z.string() });
const credentialsRow = userRow.extend({ password_hash: z.string() });

/** The app's users, in SQLite. Passwords are kept as argon2id hashes. */
export class Users {
  readonly #database: InstanceType<typeof Database>;

  // What is checked when there is no such user, so that the answer takes as long as for one.
  readonly #nobodysHash = hash(randomBytes(32));

  constructor(file: string) {
    // Milliseconds. Another process may be writing: without this that is an error at once.
    this.#database = new Database(file, { timeout: 5000 });
    this.#database.exec(table);
  }

  /** Undefined when the name is taken. */
  async create({ username, password, mobile }: Registration): Promise<AppUser | undefined> {
    // The package's own parameters: argon2id, 19 MiB, two passes, as OWASP recommends.
    const passwordHash = await hash(password);
    const row = this.#database
      .prepare(
        `INSERT INTO users (username, password_hash, mobile) VALUES (?, ?, ?)
         ON CONFLICT (username) DO NOTHING RETURNING id, username, mobile`,
      )
      .get(username, passwordHash, mobile);
    return userRow.optional().parse(row);
  }

  byId(id: number | string): AppUser | undefined {
    const row = this.#database
      .prepare('SELECT id, username, mobile FROM users WHERE id = ?')
      .get(id);
    return userRow.optional().parse(row);
  }

  /** Undefined when there is no such user. */
  changeMobile(id: number, mobile: string): AppUser | undefined {
    const row = this.#database
      .prepare('UPDATE users SET mobile = ? WHERE id = ? RETURNING id, username, mobile')
      .get(mobile, id);
    return userRow.optional().parse(row);
  }

  /** Undefined when there is no such user or the password is another one; both take the same time. */
  async byPassword(username: string, password: string): Promise<AppUser | undefined> {
    const row = this.#database.prepare('SELECT * FROM users WHERE username = ?').get(username);
    const found = credentialsRow.optional().parse(row);
    const matches = await verify(found?.password_hash ?? (await this.#nobodysHash), password);
    return found && matches ? userRow.parse(found) : undefined;
  }

  close(): void {
    this.#database.close();
  }
}
