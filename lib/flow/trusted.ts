import type { Subject } from '../challenge.js';
import type { PhaseRequest } from './request.js';

/**
 * Whether the client is a device that its user has called trusted. Only in a plain login: a step-up
 * and a transaction ask because something is to be proved now, and a device proves nothing.
 */
export async function isTrusted<TUser>(
  { device, user }: PhaseRequest<TUser>,
  { realm, purpose, userId, destination, binding }: Subject,
): Promise<boolean> {
  if (device === undefined || purpose !== 'login' || binding !== undefined) return false;
  return device.admits({ realm, user, userId, destination });
}
