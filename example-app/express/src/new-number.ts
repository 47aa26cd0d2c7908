import type { Request } from 'express';
import type { TwoFactorRouteOptions } from 'passport-modica-2fa';
import type { Activity } from './activity.js';
import { type Authentication, userOf } from './authentication.js';
import type { Devices } from './devices.js';
import { Problem } from './problems.js';
import type { RecoveryCodes } from './recovery-codes.js';
import type { Throttles } from './throttles.js';
import type { Users } from './users.js';

declare module 'express-session' {
  interface SessionData {
    /** The user's new number, not verified yet. */
    newMobile?: string;
  }
}

/** A code for the new number. The verify callback saves the number. */
export const codeForNewNumber: TwoFactorRouteOptions = {
  purpose: 'enrol',
  destination: ({ session }) => session.newMobile,
};

export interface NumberParts {
  readonly users: Users;
  readonly throttles: Throttles;
  readonly authentication: Authentication;
  readonly devices: Devices;
  readonly activity: Activity;
  readonly recoveryCodes: RecoveryCodes;
  readonly required: boolean;
}

/**
 * Whether the user of this request may prove a number. A first one takes the password once more, because no
 * code of an earlier number can confirm it: an open browser must not be enough to take over the account.
 */
export function mayProveNumber({ users, throttles }: Pick<NumberParts, 'users' | 'throttles'>) {
  return async (request: Request, currentPassword: string): Promise<boolean> => {
    const user = userOf(request);
    await throttles.passwordOf(request, user.username);
    if (!(await users.isPassword(user, currentPassword))) return false;
    await throttles.passwordWasRightOf(request, user.username);
    return true;
  };
}

/** Runs after the strategy: the number has been saved. */
export async function finishNumber(request: Request, { devices }: NumberParts): Promise<void> {
  delete request.session.newMobile;
  // Trusted devices are bound to the old number and no longer work: remove them from the list too.
  await devices.revokeAll(userOf(request));
}

/** Switches the second factor off, unless the app requires one. */
export async function removeNumber(request: Request, parts: NumberParts): Promise<void> {
  const { users, devices, authentication, activity, recoveryCodes, required } = parts;
  if (required) {
    throw new Problem(403, 'second_factor_required_here', ({ numberRequired }) => numberRequired);
  }
  const { id, mobile } = userOf(request);
  if (!(await users.changeMobile(id, null, mobile))) {
    throw new Problem(409, 'number_changed', ({ numberChanged }) => numberChanged);
  }
  await activity.record(id, 'number_removed');
  await recoveryCodes.removeAll(id);
  await Promise.all([devices.revokeAll(userOf(request)), authentication.secondFactor.cancel(id)]);
}
