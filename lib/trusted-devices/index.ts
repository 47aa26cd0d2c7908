export type { DeviceCookieOptions, RememberDeviceOptions } from './options.js';
export type { RememberedDevices, TrustedDevice } from './trusted-devices.js';
export { rememberDevice } from './trusted-devices.js';
