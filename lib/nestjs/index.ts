// The public entry passport-modica-2fa/nestjs.
export type { StepUpGuardOptions, TwoFactorGuardOptions } from './options.js';
export {
  createStepUpGuard,
  RequireSecondFactor,
  type StepUpGuard,
} from './step-up-guard.js';
export { createTwoFactorGuard, TwoFactorGuard } from './two-factor-guard.js';
