import type { UserId } from '../challenge/challenge.js';

/** Who has just passed the first factor of a login. */
export interface DeviceOwner {
  readonly realm: string;
  /** The app's user. */
  readonly user: unknown;
  readonly userId: UserId;
  readonly destination: string;
}

/** The client of one request, where it may be a device that its user has called trusted. */
export interface Device {
  /** Whether it may take the place of the code, this once. */
  admits(owner: DeviceOwner): Promise<boolean>;
}

const devices = new WeakMap<object, readonly Device[]>();

/** Said by a middleware that comes before the strategy; each realm may have one. */
export function bringDevice(request: object, device: Device): void {
  devices.set(request, [...devicesOf(request), device]);
}

export function devicesOf(request: object): readonly Device[] {
  return devices.get(request) ?? [];
}
