import type { Subject } from '../challenge.js';
import type { PhaseRequest } from './request.js';

/**
 * Whether the client is a device that its user has called trusted. Only in a plain login: a step-up
 * and a transaction ask because something is to be proved now, and a device proves nothing.
 */
export async function isTrusted<TUser>(
  { devices, user }: PhaseRequest<TUser>,
  { realm, purpose, userId, destination, binding }: Subject,
): Promise<boolean> {
  if (purpose !== 'login' || binding !== undefined) return false;
  for (const device of devices) {
    if (await device.admits({ realm, user, userId, destination })) return true;
  }
  return false;
}
