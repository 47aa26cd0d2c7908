import { z } from 'zod';
import { isUserId, type Purpose, type Subject, type UserId } from '../challenge/challenge.js';
import { ConfigurationError, VerifyError } from '../errors.js';
import { publish } from '../events.js';
import { fingerprint } from '../fingerprint.js';
import { type Destination, isMissing, readDestination } from '../phone-number.js';
import { withDeadline } from '../timers.js';

/** The app's callbacks and settings that concern its users. */
export interface UserOptions<TUser> {
  userId(user: TUser): unknown;
  destination(user: TUser): unknown;
  userVersion?: ((user: TUser) => unknown) | undefined;
  realm: string;
  readonly name: string;
  allowedPrefixes?: readonly string[] | undefined;
  deniedPrefixes?: readonly string[] | undefined;
  /** The time limit of each of the app's callbacks, in milliseconds. */
  verifyTimeout: number;
}

/** Creates the error for a callback of the app that does not settle. */
export function callbackOverdue(option: string): () => VerifyError {
  return () =>
    new VerifyError('verify_timed_out', {
      problem: `The option "${option}" did not settle in time.`,
      hint: 'Make sure that it settles; raise "verifyTimeout" if it needs more time.',
    });
}

/** Reads and validates what the app's callbacks return about a user. */
export class Users<TUser> {
  constructor(private readonly options: UserOptions<TUser>) {}

  idOf(user: TUser): UserId {
    const id = this.options.userId(user);
    if (isUserId(id)) return id;
    throw new ConfigurationError('user_unusable', {
      problem:
        "The user's id is neither a string nor a number, so nothing can be counted for this user.",
      hint: 'Set the option "userId": (user) => …, which returns the user\'s stable, unique id.',
    });
  }

  /** For events, which must not fail: undefined when the user has no valid id. */
  knownId(user: TUser): UserId | undefined {
    try {
      return this.idOf(user);
    } catch {
      return undefined;
    }
  }

  /**
   * Whether the user has this id. The same id with another type (a database driver's '7', an ORM's 7) is
   * a configuration error, not a changed account.
   *
   * @throws {ConfigurationError} `user_unusable`
   */
  isUser(user: TUser, expected: UserId): boolean {
    const id = this.idOf(user);
    if (id === expected) return true;
    if (String(id) !== String(expected)) return false;
    throw new ConfigurationError('user_unusable', {
      problem: `The id of the same user is a ${typeof expected} at the first factor and a ${typeof id} afterwards, so they cannot be compared.`,
      hint: 'Return the same type in both places: userId: (user) => String(user.id).',
    });
  }

  /**
   * Returns a hash of the user's version, which changes with the password; the store need not know the
   * value itself. Undefined without the option "userVersion".
   *
   * @throws {ConfigurationError} `user_unusable` when the option returns nothing for this user.
   */
  versionOf(user: TUser): string | undefined {
    const { userVersion, realm } = this.options;
    if (userVersion === undefined) return undefined;
    const hash = userVersionHash({ realm, userId: this.idOf(user) }, userVersion(user));
    if (hash !== undefined) return hash;
    throw new ConfigurationError('user_unusable', {
      problem:
        'The option "userVersion" must return a string, a number or a Date, or a challenge would survive a password change.',
      hint: 'Return one for every user: (user) => user.passwordChangedAt ?? user.createdAt.',
    });
  }

  /** Reads the user's number with the option "destination". */
  async destinationOf(user: TUser, purpose: Purpose): Promise<Destination> {
    const destination = await this.ownNumber(user);
    return this.checkDestination(destination, { userId: this.idOf(user), purpose });
  }

  /** Whether the user has no number, or none but this one. A number that cannot receive an SMS is one. */
  async hasNoNumber(user: TUser, except?: string): Promise<boolean> {
    const own = await this.ownNumber(user);
    return isMissing(own) || own === except;
  }

  private async ownNumber(user: TUser): Promise<unknown> {
    const { destination, verifyTimeout } = this.options;
    return withDeadline(verifyTimeout, () => destination(user), callbackOverdue('destination'));
  }

  /** Checks a number that the app returned; publishes an event if it cannot receive an SMS. */
  checkDestination(
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

/** A Date in JSON, or a database's timestamp with a time zone: PostgreSQL writes '+00' without minutes. */
const timestamp = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}(:?\d{2})?)$/;

/**
 * The version of a user as one string: equal for a Date and its JSON form (from a session or a cache),
 * and for a number and its string form (from a database driver).
 */
const userVersionSchema = z
  .union([z.string().min(1), z.number(), z.date()])
  .transform((version) => {
    const isTime = version instanceof Date || timestamp.test(String(version));
    const time = isTime ? new Date(version).getTime() : Number.NaN;
    return String(Number.isNaN(time) ? version : time);
  });

/** Hashes a user's version; undefined if the app returned no usable one. */
export function userVersionHash(
  { realm, userId }: Pick<Subject, 'realm' | 'userId'>,
  version: unknown,
): string | undefined {
  const { success, data } = userVersionSchema.safeParse(version);
  return success ? fingerprint(realm, userId, data) : undefined;
}
