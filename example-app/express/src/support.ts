import type { Request, RequestHandler } from 'express';
import type { Activity, ActivityType } from './activity.js';
import { type Authentication, userOf } from './authentication.js';
import type { Devices } from './devices.js';
import { notFound } from './problems.js';
import type { Users } from './users.js';

export const supportActions = ['cancel', 'unlock', 'forget'] as const;

export type SupportAction = (typeof supportActions)[number];

export interface SupportParts {
  readonly users: Users;
  readonly authentication: Authentication;
  readonly devices: Devices;
  readonly activity: Activity;
}

/** To everyone else the routes of support do not exist: no redirect to the login reveals them. */
export const onlySupport: RequestHandler = (request, response, next) => {
  if (request.isAuthenticated() && request.user.role === 'support') next();
  else notFound(request, response, next);
};

const activityTypes = {
  cancel: 'codes_cancelled',
  unlock: 'unlocked',
  forget: 'records_erased',
} as const satisfies Record<SupportAction, ActivityType>;

/** Does something for a user in the name of the support agent of this request; false for an unknown username. */
export async function supportUser(
  request: Request,
  { username, action }: { readonly username: string; readonly action: SupportAction },
  { users, authentication, devices, activity }: SupportParts,
): Promise<boolean> {
  const user = await users.byUsername(username);
  if (!user) return false;
  const { id, username: actor } = userOf(request);
  const type = activityTypes[action];
  // First, so that nothing is done without an entry.
  await activity.record(user.id, type, { actor });
  await activity.record(id, type, { subject: username });
  await authentication.secondFactor[action](user.id);
  if (action === 'forget') await devices.revokeAll(user);
  return true;
}
