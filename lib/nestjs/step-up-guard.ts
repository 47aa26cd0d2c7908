import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Inject,
  mixin,
  Optional,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { AuthModuleOptions } from '@nestjs/passport';
import { parseOptions } from '../options/parse.js';
import { missingFactor } from '../step-up/has-second-factor.js';
import { refusalFor } from '../step-up/require-second-factor.js';
import { thrownFor } from './exception.js';
import { checkedRequest, requestOf, responseOf, userPropertyIn } from './execution-context.js';
import { type StepUpGuardOptions, stepUpGuardSchema } from './options.js';

/** As a class that extends it sees it. */
export interface StepUpGuard extends CanActivate {
  getRequest(context: ExecutionContext): unknown;
}

/**
 * Makes a guard for routes of a logged-in user, who must have proved the second factor, and lately
 * enough. A refusal is an `HttpException`, 401, `second_factor_required`, with the `WWW-Authenticate` of
 * RFC 9470. The login's own guard comes before it.
 *
 * In a context that is not HTTP it refuses, unless it knows the request: override `getRequest`, or give the
 * option of that name. What no user could put right is logged and a 500: see `requireSecondFactor`.
 *
 * With sessions the strategy's guard notes the second factor (`session: true`, or a step-up on a session).
 * Without, say where your token keeps `info.verifiedAt`.
 *
 * @example
 * class FreshCodeGuard extends createStepUpGuard({
 *   maxAge: 300,
 *   verifiedAt: ({ user }) => user.verifiedAt,
 * }) {}
 *
 * @throws {ConfigurationError} `option_invalid`
 */
export function createStepUpGuard<TUser = Express.User>(
  options: StepUpGuardOptions<TUser> = {},
): Type<StepUpGuard> {
  const checked = parseOptions(stepUpGuardSchema, options);
  class FreshFactorGuard implements StepUpGuard {
    /** Injected where there is a `PassportModule`. */
    protected readonly options?: AuthModuleOptions;

    canActivate(context: ExecutionContext): boolean {
      const response = responseOf(context);
      try {
        const request = checkedRequest(this.getRequest(context));
        const userProperty = checked.userProperty ?? userPropertyIn(request, this.options);
        const missing = missingFactor(request, { ...checked, userProperty });
        if (missing === undefined) return true;
        throw refusalFor(missing, request, checked);
      } catch (error) {
        throw thrownFor(error, response);
      }
    }

    getRequest(context: ExecutionContext): unknown {
      return checked.getRequest ? checked.getRequest(context) : requestOf(context);
    }
  }
  // As decorators, which the compiler of this package does not know.
  Inject(AuthModuleOptions)(FreshFactorGuard.prototype, 'options');
  Optional()(FreshFactorGuard.prototype, 'options');
  return mixin(FreshFactorGuard);
}

/**
 * The same as a decorator of a route or a controller. Nest runs the guards of the lower decorator first,
 * so the one that finds out who the user is stands below, or on the controller.
 *
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
