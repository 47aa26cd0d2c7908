import type { Respondent, Subject } from '../challenge/challenge.js';
import { readTransaction } from '../challenge/transaction.js';
import { asError } from '../errors.js';
import { type Outcome, refuse, type SuccessInfo, type VerificationMethod } from '../outcome.js';
import type { FlowContext, LoadUser, Verification } from './flow-context.js';

/** The result of a successful phase, and the callback that loads its user. */
export interface Success<TUser> {
  readonly load: LoadUser<TUser>;
  /** How the second factor was proved; undefined for a trusted device. */
  readonly method?: VerificationMethod;
  /** Creates the info of the success. */
  infoFor(user: TUser): SuccessInfo | Promise<SuccessInfo>;
  /** Milliseconds since the epoch. */
  readonly firstFactorAt: number;
}

/**
 * Loads the user with the verify callback. The user must still be the one that the challenge was
 * created for, with the same number and password.
 */
export async function loadUser<TUser>(
  { users }: FlowContext<TUser>,
  { purpose, userId, destination, transaction, userVersion }: Respondent,
  { load, method, infoFor, firstFactorAt }: Success<TUser>,
): Promise<Outcome<TUser>> {
  const verification: Verification = {
    userId,
    // Two literals, because TypeScript narrows `destination` together with `purpose`.
    ...(purpose === 'enrol' ? { purpose, destination } : { purpose, destination }),
    firstFactorAt: new Date(firstFactorAt),
    ...(method === undefined ? {} : { method }),
    ...(transaction === undefined ? {} : { transaction: readTransaction(transaction) }),
  };
  try {
    const loaded = await load(verification);
    const { user } = loaded;
    if (user === undefined) return { kind: 'no_user', info: loaded.info, handle: null };
    // The password or the number may have changed between the phases, or the app loaded another user.
    const changed =
      !users.isUser(user, userId) ||
      users.versionOf(user) !== userVersion ||
      (purpose !== 'enrol' &&
        destination !== undefined &&
        !(await hasNumber(users, user, { purpose, destination })));
    return changed
      ? { ...refuse('user_changed'), handle: null }
      : { kind: 'verified', user, info: await infoFor(user), handle: null };
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
