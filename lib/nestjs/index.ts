export { createTwoFactorGuard, TwoFactorGuard } from './guard.js';
export type { SecondFactorGuardOptions, TwoFactorGuardOptions } from './options.js';
export {
  createSecondFactorGuard,
  RequireSecondFactor,
  type SecondFactorGuard,
} from './second-factor.js';
