// Lets middleware that runs before the strategy report that a request comes from a trusted device.
import type { UserId } from '../challenge/challenge.js';

/** A login that has passed its first factor. */
export interface DeviceLogin {
  readonly realm: string;
  /** The app's user. */
  readonly user: unknown;
  readonly userId: UserId;
  readonly destination: string;
}

/** Checks whether the client of one request is a trusted device. */
export interface DeviceCheck {
  /** Whether this login needs no code. Rotates the device's token, so call it once per request. */
  isTrusted(login: DeviceLogin): Promise<boolean>;
}

const checks = new WeakMap<object, readonly DeviceCheck[]>();

/** Called by middleware before the strategy, once for each realm. */
export function addDeviceCheck(request: object, check: DeviceCheck): void {
  checks.set(request, [...deviceChecksOf(request), check]);
}

export function deviceChecksOf(request: object): readonly DeviceCheck[] {
  return checks.get(request) ?? [];
}
