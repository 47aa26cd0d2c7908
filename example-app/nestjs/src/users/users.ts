import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export interface AppUser {
  readonly id: number;
  readonly username: string;
  /** In E.164 form. */
  readonly mobile: string;
}

interface StoredUser extends AppUser {
  readonly salt: Buffer;
  readonly passwordHash: Promise<Buffer>;
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/** The app's users, in memory. */
export class Users {
  private readonly all: StoredUser[] = [];

  // Checked when there is no such user, so that the answer takes as long as for one.
  private readonly dummy = this.stored({ username: '', mobile: '' }, '');

  add(user: Omit<AppUser, 'id'>, password: string): void {
    this.all.push(this.stored(user, password));
  }

  byId(id: number): AppUser | undefined {
    return this.all.find((user) => user.id === id);
  }

  /** Undefined when there is no such user or the password is incorrect. */
  async byPassword(username: string, password: string): Promise<AppUser | undefined> {
    const found = this.all.find((user) => user.username === username);
    const { salt, passwordHash } = found ?? this.dummy;
    const hash = await passwordHash;
    const matches = timingSafeEqual(await derive(password, salt, hash.length), hash);
    return matches ? found : undefined;
  }

  private stored(user: Omit<AppUser, 'id'>, password: string): StoredUser {
    const salt = randomBytes(16);
    return { ...user, id: this.all.length + 1, salt, passwordHash: derive(password, salt, 64) };
  }
}
