export { createTwoFactorGuard, TwoFactorGuard } from './guard.js';
export type { TwoFactorGuardOptions } from './options.js';
export { createSecondFactorGuard, RequireSecondFactor } from './second-factor.js';
