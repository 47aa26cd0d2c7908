import type { UserId } from '../challenge/challenge.js';

/** Who has just passed the first factor of a login. */
export interface DeviceLogin {
  readonly realm: string;
  /** The app's user. */
  readonly user: unknown;
  readonly userId: UserId;
  readonly destination: string;
}

/** The client of one request, where it may be a device that its user has called trusted. */
export interface DeviceCheck {
  /** Whether it may take the place of the code, this once. */
  isTrusted(login: DeviceLogin): Promise<boolean>;
}

const checks = new WeakMap<object, readonly DeviceCheck[]>();

/** Said by a middleware that comes before the strategy; each realm may have one. */
export function addDeviceCheck(request: object, check: DeviceCheck): void {
  checks.set(request, [...deviceChecksOf(request), check]);
}

export function deviceChecksOf(request: object): readonly DeviceCheck[] {
  return checks.get(request) ?? [];
}
