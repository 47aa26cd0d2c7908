export type { DeviceCookieOptions, TrustedDeviceOptions } from './options.js';
export type { TrustedDevice, TrustedDevices } from './trusted-devices.js';
export { trustedDevices } from './trusted-devices.js';
