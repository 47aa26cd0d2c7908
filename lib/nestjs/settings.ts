// What a module makes known to the guards of the app, so that its options are set once.
import type { Translations } from '../message/translations.js';
import type { RequireSecondFactorOptions } from '../step-up/options.js';
import type { TwoFactorOptions } from '../strategy/options.js';
import type { TwoFactorStrategy } from '../strategy/two-factor-strategy.js';

/** The token of {@link ModuleSettings}. Injected into guards where the app imports a module of this package. */
export const moduleSettings = Symbol('passport-modica-2fa:settings');

/** The module's options that its guards share. */
export interface ModuleSettings {
  readonly strategy: TwoFactorStrategy;
  readonly realm: string | undefined;
  readonly userId: TwoFactorOptions<Express.User>['userId'];
  readonly locale: TwoFactorOptions<Express.User>['locale'];
  readonly verifiedAt: RequireSecondFactorOptions['verifiedAt'];
  readonly translations: Translations;
}
