// The entry point passport-modica-2fa.
import './strategy/passport-types.js';

export type { ChallengeInfo, IdOf, Purpose, UserId } from './challenge/challenge.js';
export type { Transaction, TransactionProblem } from './challenge/transaction.js';
export type { TwoFactorErrorCode } from './error-codes.js';
export {
  ConfigurationError,
  isTwoFactorError,
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderThrottledError,
  ProviderUnavailableError,
  StoreError,
  TwoFactorError,
  VerifyError,
} from './errors.js';
export type {
  DeviceEvent,
  PhaseEvent,
  ProviderEvent,
  TwoFactorEvent,
} from './events.js';
export type { Verification } from './flow/flow-context.js';
export type { Limiter, LimiterFactory, LimiterOptions, LimiterResult } from './limits/limiter.js';
export type { Limits } from './limits/options.js';
export type { Content, MessageContext } from './message/sms-text.js';
export type { Messages } from './message/translations.js';
export type {
  NotRequiredInfo,
  SuccessInfo,
  TrustedDeviceInfo,
  VerificationMethod,
  VerifiedInfo,
} from './outcome.js';
export { maskDestination } from './phone-number.js';
export {
  type CreateChallengeRequest,
  type CreateChallengeResult,
  ModicaClient,
  type VerifyResponseRequest,
  type VerifyResponseResult,
} from './providers/modica/client.js';
export type {
  ModicaClientOptions,
  ModicaOptions,
  ModicaProviderOptions,
  ModicaSendVerdict,
  ModicaVerdict,
} from './providers/modica/options.js';
export { ModicaProvider } from './providers/modica/provider.js';
export type { Check, Delivery, Provider, Verdict } from './providers/provider.js';
export { generateRecoveryCodes, type RecoveryCodes } from './recovery-codes/generate.js';
export type { RecoveryCodeOptions } from './recovery-codes/options.js';
export { isRefusal, type RefusalCode, type RefusalInfo } from './refusal.js';
export { TwoFactorRefusal } from './refusal-error.js';
export { hasSecondFactor, type SecondFactorRequest } from './step-up/has-second-factor.js';
export type { RequireSecondFactorOptions, SecondFactorOptions } from './step-up/options.js';
export type { OtherFactor } from './step-up/other-factor.js';
export { requireSecondFactor } from './step-up/require-second-factor.js';
export { sameSitePath, takeReturnPath } from './step-up/return-path.js';
export { recordSecondFactor } from './step-up/session-record.js';
export { inMemory } from './storage/in-memory.js';
export type { Storage, Store } from './storage/storage.js';
export {
  type ModicaTwoFactorOptions,
  ModicaTwoFactorStrategy,
  ModicaTwoFactorStrategy as default,
  ModicaTwoFactorStrategy as Strategy,
} from './strategy/modica-strategy.js';
export type { TwoFactorOptions, TwoFactorRouteOptions } from './strategy/options.js';
export type { RequestWithSession } from './strategy/passport-session.js';
export {
  TwoFactorStrategy,
  type TwoFactorStrategyOptions,
} from './strategy/two-factor-strategy.js';
export type {
  VerifyDone,
  VerifyFunction,
  VerifyFunctionWithRequest,
  VerifyResult,
} from './strategy/verify-callback.js';
export type { DeviceCookieOptions, TrustedDeviceOptions } from './trusted-devices/options.js';
export {
  type TrustedDevice,
  type TrustedDevices,
  trustedDevices,
} from './trusted-devices/trusted-devices.js';
