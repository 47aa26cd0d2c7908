import { z } from 'zod';
import type { UserId } from '../../challenge.js';
import { SetupError } from '../../errors.js';
import { userVersionSchema } from '../../user-version.js';
import type { Holder, Owner } from './record.js';

/** What is asked of the app about its users. */
export interface PeopleOptions<TUser> {
  readonly realm: string;
  userId(user: TUser): unknown;
  passwordVersion(user: TUser): unknown;
}

const idSchema = z.union([z.string().min(1), z.number()]);

/** The app's users, as those to whom devices belong. */
export class People<TUser> {
  constructor(private readonly options: PeopleOptions<TUser>) {}

  owner(user: TUser): Owner {
    return { realm: this.options.realm, userId: this.idOf(user) };
  }

  holder(user: TUser): Holder {
    return { ...this.owner(user), passwordVersion: this.versionOf(user) };
  }

  private idOf(user: TUser): UserId {
    const { success, data } = idSchema.safeParse(this.options.userId(user));
    if (success) return data;
    throw new SetupError('user_unusable', {
      problem:
        'The user has no id that is a text or a number, so no device of theirs could be found.',
      cure: 'Set the option "userId" of rememberDevice as the strategy has it.',
    });
  }

  private versionOf(user: TUser): string | number {
    const { success, data } = userVersionSchema.safeParse(this.options.passwordVersion(user));
    if (success) return data;
    throw new SetupError('user_unusable', {
      problem:
        'The option "passwordVersion" gave no text, number or Date, so a device would be trusted beyond a change of the password.',
      cure: 'Give one for every user: (user) => user.passwordChangedAt ?? user.createdAt.',
    });
  }
}
