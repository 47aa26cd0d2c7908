// The user that a device belongs to, and the credentials that the trust in it depends on.
import { isUserId, type UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { fingerprint } from '../fingerprint.js';
import { userVersionHash } from '../flow/users.js';

export interface DeviceOwner {
  readonly realm: string;
  readonly userId: UserId;
}

/** A change to any of these ends the trust in a device. */
export interface OwnerCredentials extends DeviceOwner {
  /** The hash of what the option `passwordVersion` returns. */
  readonly passwordHash: string;
  /** The number that codes are sent to. Unknown when devices are listed or revoked. */
  readonly destination?: string;
}

interface OwnerOptions<TUser> {
  readonly realm: string;
  userId(user: TUser): unknown;
  passwordVersion(user: TUser): unknown;
}

/** Reads the owner of devices and their credentials from the app's users. */
export class DeviceOwners<TUser> {
  constructor(private readonly options: OwnerOptions<TUser>) {}

  ownerOf(user: TUser): DeviceOwner {
    const userId = this.options.userId(user);
    if (isUserId(userId)) return { realm: this.options.realm, userId };
    throw new ConfigurationError('user_unusable', {
      problem:
        'The user has no id, or one that is neither a string nor a finite number, so their devices cannot be found.',
      hint: 'Give trustedDevices the same "userId" as the strategy: (user) => …',
    });
  }

  credentialsOf(user: TUser): OwnerCredentials {
    const owner = this.ownerOf(user);
    const passwordHash = userVersionHash(owner, this.options.passwordVersion(user));
    if (passwordHash !== undefined) return { ...owner, passwordHash };
    throw new ConfigurationError('user_unusable', {
      problem:
        'The option "passwordVersion" must return a string, a number or a Date, or a device would stay trusted after a password change.',
      hint: 'Return one for every user: (user) => user.passwordChangedAt ?? user.createdAt.',
    });
  }
}

export function destinationHash({ realm, userId }: DeviceOwner, destination: string): string {
  return fingerprint(realm, userId, destination);
}
