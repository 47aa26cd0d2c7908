import type { Subject } from '../challenge/challenge.js';
import { asError } from '../errors.js';
import { type Outcome, refuse, type TrustedDeviceInfo, type VerifiedInfo } from '../outcome.js';
import type { FlowContext, LoadUser, Verification } from './flow-context.js';

/** How a phase ends in a user. */
interface Ending<TUser> {
  readonly load: LoadUser<TUser>;
  readonly info: VerifiedInfo | TrustedDeviceInfo;
  /** Milliseconds since the epoch. */
  readonly firstFactorAt: number;
}

/**
 * The verify callback has the last word: it loads the user, who must still be the one that the
 * challenge was for, with the same number.
 */
export async function loadUser<TUser>(
  { users }: FlowContext<TUser>,
  { purpose, userId, destination, userVersion }: Subject,
  { load, info, firstFactorAt }: Ending<TUser>,
): Promise<Outcome<TUser>> {
  const verification: Verification = {
    userId,
    purpose,
    destination,
    firstFactorAt: new Date(firstFactorAt),
    ...('transaction' in info ? { transaction: info.transaction } : {}),
  };
  try {
    const loaded = await load(verification);
    const { user } = loaded;
    if (user === undefined) return { kind: 'no_user', info: loaded.info, handle: null };
    // Between the phases the password or the number may have changed, or another user been loaded.
    const changed =
      !users.isUser(user, userId) ||
      users.versionOf(user) !== userVersion ||
      (purpose !== 'enrol' && !(await hasNumber(users, user, { purpose, destination })));
    return changed
      ? { ...refuse('user_changed'), handle: null }
      : { kind: 'verified', user, info, handle: null };
  } catch (fault) {
    return { kind: 'broken', error: asError(fault), handle: null };
  }
}

async function hasNumber<TUser>(
  users: FlowContext<TUser>['users'],
  user: TUser,
  { purpose, destination }: Pick<Subject, 'purpose' | 'destination'>,
): Promise<boolean> {
  const read = await users.destinationOf(user, purpose);
  return read.usable && read.number === destination;
}
