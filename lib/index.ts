import './strategy/passport.js';

export {
  type DeviceCookieOptions,
  type RememberDeviceOptions,
  type RememberedDevices,
  rememberDevice,
  type TrustedDevice,
} from './after/devices/index.js';
export { hasSecondFactor, type MarkedRequest } from './after/fresh.js';
export { secondFactorMark } from './after/hook.js';
export { markSecondFactor } from './after/mark.js';
export type { MarkOptions, RequireSecondFactorOptions } from './after/options.js';
export { sameSitePath } from './after/path.js';
export { requireSecondFactor } from './after/require.js';
export { takeReturnPath } from './after/return-path.js';
export type { Binding, BindingProblem } from './binding.js';
export type { ChallengeInfo, IdOf, Purpose, UserId } from './challenge.js';
export { maskDestination } from './destination.js';
export {
  isTwoFactorError,
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderThrottledError,
  ProviderUnavailableError,
  SetupError,
  StoreError,
  TwoFactorError,
  type TwoFactorErrorCode,
  VerifyError,
} from './errors.js';
export type {
  DeviceEvent,
  PhaseEvent,
  ProviderEvent,
  TwoFactorEvent,
} from './events.js';
export type { Verification } from './flow/request.js';
export type { Limiter, LimiterFactory, LimiterOptions, LimiterResult } from './limits/limiter.js';
export type { Limits } from './limits/settings.js';
export type { Content, MessageContext } from './message.js';
export { inMemory, type Memory } from './options/memory.js';
export type { TwoFactorOptions, TwoFactorRouteOptions } from './options/options.js';
export type { RefusalCode, RefusalInfo, RememberedInfo, VerifiedInfo } from './outcome.js';
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
export { isRefusal, TwoFactorRefusal } from './refusal.js';
export type { Store } from './stores/store.js';
export {
  type ModicaTwoFactorOptions,
  ModicaTwoFactorStrategy,
  ModicaTwoFactorStrategy as default,
  ModicaTwoFactorStrategy as Strategy,
} from './strategy/modica.js';
export { TwoFactorStrategy, type TwoFactorStrategyOptions } from './strategy/strategy.js';
export type {
  VerifyDone,
  VerifyFunction,
  VerifyFunctionWithRequest,
  VerifyResult,
} from './strategy/verify.js';
export type { Messages } from './words/words.js';
