// The public entry passport-modica-2fa/nestjs.
export { TwoFactorBody } from './body.js';
export { TwoFactorException } from './exception.js';
export { LogOutFirstGuard } from './log-out-first-guard.js';
export {
  ModicaTwoFactorModule,
  type ModicaTwoFactorModuleOptions,
  TwoFactorModule,
  type TwoFactorModuleOptions,
} from './module.js';
export type { StepUpGuardOptions, TransactionSource, TwoFactorGuardOptions } from './options.js';
export { ApprovedTransaction, VerifiedFactor } from './parameters.js';
export { createRedirectFilter } from './redirect-filter.js';
export {
  createStepUpGuard,
  RequireSecondFactor,
  type StepUpGuard,
} from './step-up-guard.js';
export { createTwoFactorGuard, TwoFactorGuard } from './two-factor-guard.js';
