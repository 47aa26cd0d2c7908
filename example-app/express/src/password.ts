import type { Request } from 'express';
import type { Activity } from './activity.js';
import { userOf } from './authentication.js';
import type { Throttles } from './throttles.js';
import type { PasswordChange, Users } from './users.js';

export interface PasswordParts {
  readonly users: Users;
  readonly throttles: Throttles;
  readonly activity: Activity;
}

/**
 * Changes the password of the user of this request; false when the current password is incorrect. Ends
 * all trusted devices and all sessions except this one, which is renewed.
 */
export async function changePassword(
  request: Request,
  change: PasswordChange,
  { users, throttles, activity }: PasswordParts,
): Promise<boolean> {
  const { id, username } = userOf(request);
  await throttles.passwordOf(request, username);
  const user = await users.changePassword(id, change);
  if (!user) return false;
  await activity.record(id, 'password_changed');
  await throttles.passwordWasRightOf(request, username);
  await new Promise<void>((resolve, reject) => {
    request.logIn(user, (error) => (error ? reject(error) : resolve()));
  });
  return true;
}
