export type { DeviceCookieOptions, RememberDeviceOptions } from './options.js';
export { rememberDevice } from './remember.js';
export type { RememberedDevices, TrustedDevice } from './remembered-devices.js';
