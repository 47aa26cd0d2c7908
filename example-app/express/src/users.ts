import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';
import { type AppDatabase, isDuplicate } from './database.js';

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

const columns = [
  'id',
  'username',
  'mobile',
  'role',
  'password_version as passwordVersion',
] as const;

const userRow = z.object({
  id: z.number(),
  username: z.string(),
  mobile: z.string().nullable(),
  role: z.enum(roles),
  passwordVersion: z.number(),
});
const credentialsRow = userRow.extend({ passwordHash: z.string() });

/** The app's users, with argon2id hashes of their passwords. */
export class Users {
  readonly #tables: AppDatabase['tables'];

  // Checked when there is no such user, so that the answer takes as long as for one.
  readonly #dummyHash = hash(randomBytes(32));

  constructor({ tables }: AppDatabase) {
    this.#tables = tables;
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
    if (await this.byUsername(username)) return undefined;
    // The package's defaults: argon2id, 19 MiB, two passes, as OWASP recommends.
    const row = { username, password_hash: await hash(password), mobile, role };
    try {
      await this.#tables.insertInto('users').values(row).execute();
    } catch (error) {
      if (isDuplicate(error)) return undefined;
      throw error;
    }
    return this.byUsername(username);
  }

  async byId(id: number | string): Promise<AppUser | undefined> {
    const row = await this.#users.where('id', '=', Number(id)).executeTakeFirst();
    return userRow.optional().parse(row);
  }

  async byUsername(username: string): Promise<AppUser | undefined> {
    const row = await this.#users.where('username', '=', username).executeTakeFirst();
    return userRow.optional().parse(row);
  }

  /**
   * Undefined when there is no such user, or when the number is no longer `before`: a request that needed no
   * code of an earlier number must not replace one that was saved in the meantime.
   */
  async changeMobile(
    id: number,
    mobile: string | null,
    before: string | null,
  ): Promise<AppUser | undefined> {
    const { numUpdatedRows } = await this.#tables
      .updateTable('users')
      .set({ mobile })
      .where('id', '=', id)
      .where('mobile', before === null ? 'is' : '=', before)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? this.byId(id) : undefined;
  }

  /** Whether this is the user's password. */
  async isPassword({ id }: AppUser, password: string): Promise<boolean> {
    const found = await this.#credentialsOf('id', id);
    return found !== undefined && verify(found.passwordHash, password);
  }

  /** Undefined when there is no such user or the password is incorrect; both take the same time. */
  async byPassword(username: string, password: string): Promise<AppUser | undefined> {
    const found = await this.#credentialsOf('username', username);
    const matches = await verify(found?.passwordHash ?? (await this.#dummyHash), password);
    return found && matches ? userRow.parse(found) : undefined;
  }

  /** Undefined when the current password is incorrect. */
  async changePassword(
    id: number,
    { currentPassword, newPassword }: PasswordChange,
  ): Promise<AppUser | undefined> {
    const found = await this.#credentialsOf('id', id);
    if (!found || !(await verify(found.passwordHash, currentPassword))) return undefined;
    const { numUpdatedRows } = await this.#tables
      .updateTable('users')
      .set({
        password_hash: await hash(newPassword),
        password_version: found.passwordVersion + 1,
      })
      .where('id', '=', id)
      // Only if the password is still the one that was checked: of two changes at once, one is made.
      .where('password_version', '=', found.passwordVersion)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? this.byId(id) : undefined;
  }

  get #users() {
    return this.#tables.selectFrom('users').select(columns);
  }

  async #credentialsOf(column: 'id' | 'username', value: number | string) {
    const row = await this.#users
      .select('password_hash as passwordHash')
      .where(column, '=', value)
      .executeTakeFirst();
    return credentialsRow.optional().parse(row);
  }
}
