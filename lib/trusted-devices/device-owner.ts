import { isUserId, type UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { fingerprint } from '../fingerprint.js';
import { userVersionHash } from '../flow/users.js';

/** Whose devices these are. */
export interface DeviceOwner {
  readonly realm: string;
  readonly userId: UserId;
}

/** And what the trust in them hangs on. */
export interface OwnerCredentials extends DeviceOwner {
  /** Another one for each password. */
  readonly passwordHash: string;
  /** The number that the code went to; a page that lists devices does not know it. */
  readonly destination?: string;
}

/** What is asked of the app about its users. */
interface OwnerOptions<TUser> {
  readonly realm: string;
  userId(user: TUser): unknown;
  passwordVersion(user: TUser): unknown;
}

/** The app's users, as those to whom devices belong. */
export class DeviceOwners<TUser> {
  constructor(private readonly options: OwnerOptions<TUser>) {}

  ownerOf(user: TUser): DeviceOwner {
    const userId = this.options.userId(user);
    if (isUserId(userId)) return { realm: this.options.realm, userId };
    throw new ConfigurationError('user_unusable', {
      problem:
        'The user has no id that is a text or a number, so no device of theirs could be found.',
      hint: 'Set the option "userId" of trustedDevices as the strategy has it.',
    });
  }

  credentialsOf(user: TUser): OwnerCredentials {
    const owner = this.ownerOf(user);
    const passwordHash = userVersionHash(owner, this.options.passwordVersion(user));
    if (passwordHash !== undefined) return { ...owner, passwordHash };
    throw new ConfigurationError('user_unusable', {
      problem:
        'The option "passwordVersion" gave no text, number or Date, so a device would be trusted beyond a change of the password.',
      hint: 'Give one for every user: (user) => user.passwordChangedAt ?? user.createdAt.',
    });
  }
}

export function destinationHash({ realm, userId }: DeviceOwner, destination: string): string {
  return fingerprint(realm, userId, destination);
}
