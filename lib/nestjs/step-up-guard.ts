// Guards that require a fresh second factor: createStepUpGuard and @RequireSecondFactor.
import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  mixin,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { AuthModuleOptions } from '@nestjs/passport';
import { parseOptions } from '../options/parse.js';
import { missingFactor } from '../step-up/has-second-factor.js';
import { refusalFor } from '../step-up/require-second-factor.js';
import { thrownFor } from './exception.js';
import { checkedRequest, requestOf, responseOf, userPropertyIn } from './execution-context.js';
import { injectIfProvided, onceForEach } from './injection.js';
import { type StepUpGuardOptions, stepUpGuardSchema } from './options.js';
import { type ModuleSettings, moduleSettings } from './settings.js';

/** The guard class that `createStepUpGuard` returns, as its subclasses see it. */
export interface StepUpGuard extends CanActivate {
  getRequest(context: ExecutionContext): unknown;
}

/**
 * Creates a guard that allows a request only if its user has proved a second factor in this login,
 * recently enough for `maxAge`. Place it after the guard that authenticates the user.
 *
 * It refuses with an `HttpException`, 401: `first_factor_required` without a user, otherwise
 * `second_factor_required` with the `WWW-Authenticate` header of RFC 9470. Where no user could ever pass,
 * it logs a `ConfigurationError` and answers 500, for the reasons that `requireSecondFactor` lists. In a
 * context that is not HTTP, override `getRequest` or set the option of that name.
 *
 * With sessions, the guard of the strategy records the second factor: at a login with `session: true`, and
 * at a step-up in a session. Without sessions, set `verifiedAt` to read it from your token.
 *
 * @example
 * class FreshCodeGuard extends createStepUpGuard({
 *   maxAge: 300,
 *   verifiedAt: ({ user }) => (user as TokenUser).verifiedAt,
 * }) {}
 *
 * @throws {ConfigurationError} `option_invalid` for a wrong option.
 */
export function createStepUpGuard<TUser = Express.User>(
  options: StepUpGuardOptions<TUser> = {},
): Type<StepUpGuard> {
  // At once, so that a mistake ends the start of the app.
  parseOptions(stepUpGuardSchema, options);
  const optionsWith = onceForEach((settings: ModuleSettings | undefined) => {
    // An option that is undefined is not set, as everywhere.
    const {
      realm = settings?.realm,
      userId = settings?.userId,
      locale = settings?.locale,
      verifiedAt = settings?.verifiedAt,
    } = options;
    return parseOptions(stepUpGuardSchema, { ...options, realm, userId, locale, verifiedAt });
  });
  class FreshFactorGuard implements StepUpGuard {
    /** Injected if the app imports `PassportModule`. */
    protected readonly options?: AuthModuleOptions;
    /** Injected if the app imports a module of this package. */
    protected readonly settings?: ModuleSettings;

    canActivate(context: ExecutionContext): boolean {
      const response = responseOf(context);
      try {
        const { settings } = this;
        const checked = optionsWith(settings);
        const request = checkedRequest(this.getRequest(context));
        const userProperty = checked.userProperty ?? userPropertyIn(request, this.options);
        const missing = missingFactor(request, { ...checked, userProperty });
        if (missing === undefined) return true;
        throw refusalFor(missing, request, { ...checked, translations: settings?.translations });
      } catch (error) {
        throw thrownFor(error, response);
      }
    }

    getRequest(context: ExecutionContext): unknown {
      const { getRequest } = optionsWith(this.settings);
      return getRequest ? getRequest(context) : requestOf(context);
    }
  }
  injectIfProvided(FreshFactorGuard, { options: AuthModuleOptions, settings: moduleSettings });
  return mixin(FreshFactorGuard);
}

/**
 * {@link createStepUpGuard} as a decorator of a route or a controller. Nest runs the guards of the lowest
 * decorator first, so place the guard that authenticates the user below it or on the controller.
 *
 * @throws {ConfigurationError} `option_invalid` for a wrong option.
 * @example
 * @Post('transfers')
 * @RequireSecondFactor({ maxAge: 300 })
 * @UseGuards(TokenGuard)
 */
export function RequireSecondFactor<TUser = Express.User>(
  options: StepUpGuardOptions<TUser> = {},
): MethodDecorator & ClassDecorator {
  return applyDecorators(UseGuards(createStepUpGuard(options)));
}
