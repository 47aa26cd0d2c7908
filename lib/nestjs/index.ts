export { createTwoFactorGuard, TwoFactorGuard } from './guard.js';
export type { TwoFactorGuardOptions } from './options.js';
