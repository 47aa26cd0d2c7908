export type { SecondFactorGuardOptions, TwoFactorGuardOptions } from './options.js';
export {
  createStepUpGuard,
  RequireSecondFactor,
  type SecondFactorGuard,
} from './step-up-guard.js';
export { createTwoFactorGuard, TwoFactorGuard } from './two-factor-guard.js';
