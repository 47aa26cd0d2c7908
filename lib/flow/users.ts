import { z } from 'zod';
import { isUserId, type Purpose, type Subject, type UserId } from '../challenge/challenge.js';
import { ConfigurationError, VerifyError } from '../errors.js';
import { publish } from '../events.js';
import { fingerprint } from '../fingerprint.js';
import { type Destination, readDestination } from '../phone-number.js';
import { withDeadline } from '../timers.js';

/** What the flow must know of the app's users, and how it finds out. */
export interface UserOptions<TUser> {
  userId(user: TUser): unknown;
  destination(user: TUser): unknown;
  userVersion?: ((user: TUser) => unknown) | undefined;
  realm: string;
  readonly name: string;
  allowedPrefixes?: readonly string[] | undefined;
  deniedPrefixes?: readonly string[] | undefined;
  /** Milliseconds for each of the app's callbacks. */
  verifyTimeout: number;
}

/** The error for a callback of the app that does not settle. */
export function callbackOverdue(option: string): () => VerifyError {
  return () =>
    new VerifyError('verify_timed_out', {
      problem: `The option "${option}" did not settle in time.`,
      hint: 'Let it settle; raise "verifyTimeout" if it really takes longer.',
    });
}

/** The app's users, seen through the two functions that the app gave. */
export class Users<TUser> {
  constructor(private readonly options: UserOptions<TUser>) {}

  idOf(user: TUser): UserId {
    const id = this.options.userId(user);
    if (isUserId(id)) return id;
    throw new ConfigurationError('user_unusable', {
      problem:
        'The user has no id that is a text or a number, so nothing could be counted for them.',
      hint: 'Set the option "userId": (user) => …, the key by which your app finds the user again.',
    });
  }

  /** For events, which must not fail: undefined where the user has no id that can be counted for. */
  knownId(user: TUser): UserId | undefined {
    try {
      return this.idOf(user);
    } catch {
      return undefined;
    }
  }

  /**
   * Whether this is the user of that id. An id of another type (a database driver's '7', an ORM's 7) is
   * a mistake in how the app is put together, and never a changed account.
   *
   * @throws {ConfigurationError} `user_unusable`
   */
  isUser(user: TUser, expected: UserId): boolean {
    const id = this.idOf(user);
    if (id === expected) return true;
    if (String(id) !== String(expected)) return false;
    throw new ConfigurationError('user_unusable', {
      problem: `The id of the same user is a ${typeof expected} at the first factor and a ${typeof id} afterwards, so the two could not be compared.`,
      hint: 'Give it one type in both places: userId: (user) => String(user.id).',
    });
  }

  /**
   * A hash of what changes with the user's password: what it is need not be known where challenges are
   * kept. Undefined where the app does not name it.
   *
   * @throws {ConfigurationError} `user_unusable`, where it names nothing for this user.
   */
  versionOf(user: TUser): string | undefined {
    const { userVersion, realm } = this.options;
    if (userVersion === undefined) return undefined;
    const hash = userVersionHash({ realm, userId: this.idOf(user) }, userVersion(user));
    if (hash !== undefined) return hash;
    throw new ConfigurationError('user_unusable', {
      problem:
        'The option "userVersion" gave no string, number or Date, so a challenge would outlive a change of the password.',
      hint: 'Give one for every user: (user) => user.passwordChangedAt ?? user.createdAt.',
    });
  }

  /** The number that may be texted; undefined when there is none. */
  async destinationOf(user: TUser, purpose: Purpose): Promise<Destination> {
    const { destination, verifyTimeout } = this.options;
    return this.usable(
      await withDeadline(verifyTimeout, () => destination(user), callbackOverdue('destination')),
      { userId: this.idOf(user), purpose },
    );
  }

  usable(
    destination: unknown,
    about: { readonly userId: UserId; readonly purpose: Purpose },
  ): Destination {
    const read = readDestination(destination, this.options);
    if (read.usable) return read;
    const { name: strategy, realm } = this.options;
    publish({ name: 'destination_unusable', strategy, realm, ...about, reason: read.problem });
    return read;
  }
}

/** What JSON makes of a Date, and what databases make of a timestamp with a zone. */
const timestamp = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * What an app gives for the version of a user, as one string: the same whether it comes as a Date, as the
 * text of one (from a session, a cache), as a number, or as a number that a database driver gives as text.
 */
const userVersionSchema = z
  .union([z.string().min(1), z.number(), z.date()])
  .transform((version) => {
    const isTime = version instanceof Date || timestamp.test(String(version));
    const time = isTime ? new Date(version).getTime() : Number.NaN;
    return String(Number.isNaN(time) ? version : time);
  });

/** The hash of a user's version, which changes with it; undefined where the app gave none that is usable. */
export function userVersionHash(
  { realm, userId }: Pick<Subject, 'realm' | 'userId'>,
  version: unknown,
): string | undefined {
  const { success, data } = userVersionSchema.safeParse(version);
  return success ? fingerprint(realm, userId, data) : undefined;
}
