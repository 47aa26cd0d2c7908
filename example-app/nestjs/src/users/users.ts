import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable, Module } from '@nestjs/common';

/** Declared in express.d.ts. */
export type AppUser = Express.User;

interface Password {
  readonly salt: Buffer;
  readonly hash: Promise<Buffer>;
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/** The app's users, in memory. */
@Injectable()
export class Users {
  private readonly users = new Map<number, AppUser>();
  private readonly passwords = new Map<number, Password>();

  // Checked when there is no such user, so that the answer takes as long as for one.
  private readonly dummy = hashed('');

  add(user: Pick<AppUser, 'username' | 'mobile'>, password: string): void {
    const id = this.users.size + 1;
    this.users.set(id, { ...user, id });
    this.passwords.set(id, hashed(password));
  }

  byId(id: number): AppUser | undefined {
    return this.users.get(id);
  }

  /** Undefined when there is no such user or the password is incorrect. */
  async byPassword(username: string, password: string): Promise<AppUser | undefined> {
    const found = [...this.users.values()].find((user) => user.username === username);
    const { salt, hash } = (found && this.passwords.get(found.id)) ?? this.dummy;
    const expected = await hash;
    const matches = timingSafeEqual(await derive(password, salt, expected.length), expected);
    return matches ? found : undefined;
  }

  /** Undefined, and nothing is saved, if the number has changed since this user was loaded. */
  changeMobile({ id, mobile: previous }: AppUser, mobile: string): AppUser | undefined {
    const user = this.users.get(id);
    if (user?.mobile !== previous) return undefined;
    const changed = { ...user, mobile };
    this.users.set(id, changed);
    return changed;
  }
}

@Module({ providers: [Users], exports: [Users] })
export class UsersModule {}

function hashed(password: string): Password {
  const salt = randomBytes(16);
  return { salt, hash: derive(password, salt, 64) };
}
