// Guards that run the strategy: TwoFactorGuard and createTwoFactorGuard.
import { type ExecutionContext, mixin, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import { ConfigurationError } from '../errors.js';
import { parseOptions } from '../options/parse.js';
import { recordSecondFactor } from '../step-up/session-record.js';
import { isObject, readKey } from '../strategy/passport-session.js';
import { thrownFor } from './exception.js';
import { checkedRequest, checkedResponse, requestOf, responseOf } from './execution-context.js';
import { injectIfProvided } from './injection.js';
import { type TwoFactorGuardOptions, twoFactorGuardSchema } from './options.js';
import { checkSession, logIn } from './passport-login.js';
import { checkRegistered } from './passport-strategies.js';
import { runStrategy, type Verified } from './run-strategy.js';
import { type ModuleSettings, moduleSettings } from './settings.js';
import { forgetInfo, keepInfo } from './verified-routes.js';

/**
 * Creates a guard that runs the strategy with these options. Use it directly or extend it, like Nest's
 * `AuthGuard('name')`.
 *
 * A refusal becomes an `HttpException` with the refusal's status, its headers `Retry-After` and `Allow`,
 * and a body of `statusCode`, `code`, `message`, `challenge`, `attemptsRemaining` and `retryAfter`
 * (seconds). A fault becomes one with its status and code, without its message, and is logged. The
 * exception's `cause` is the original error.
 *
 * A subclass can refuse more requests, but cannot allow more:
 *
 * - `handleRequest` is called with every outcome. After a verified code it returns the user or throws. A
 *   refusal remains one, whatever it returns or throws; use an exception filter to change the response.
 * - `getAuthenticateOptions` can add options, but cannot replace those of the guard.
 * - `logIn` logs in the user that this guard verified in this request, and records the second factor.
 * - `getRequest` must be overridden in a context that is not HTTP.
 *
 * @example
 * class TransferGuard extends createTwoFactorGuard({
 *   purpose: 'step-up',
 *   transaction: ({ body: { to, amount } }) => ({ to, amount }),
 * }) {}
 *
 * @throws {ConfigurationError} `option_invalid` for an option that is wrong or cannot work in a guard.
 */
export function createTwoFactorGuard(options: TwoFactorGuardOptions = {}): Type<IAuthGuard> {
  const checked = parseOptions(twoFactorGuardSchema, options);
  const { purpose, session, keepSessionInfo } = checked;
  /** The module knows the name of its strategy. */
  const strategyOf = (settings: ModuleSettings | undefined) =>
    options.strategy ?? settings?.strategy.name ?? checked.strategy;

  /** The verified code of each request. `logIn` accepts no other user. */
  const verified = new WeakMap<object, Verified>();

  const logInVerified = async (request: object): Promise<void> => {
    const login = verified.get(request);
    if (!login || purpose !== 'login') throw nothingVerified();
    await logIn(login.request, login.user, { keepSessionInfo });
    recordInSession(login);
  };

  class StrategyGuard extends AuthGuard(checked.strategy) {
    /** Injected if the app imports a module of this package. */
    protected readonly settings?: ModuleSettings;
    /** Finds the provider in the option `transaction`. */
    readonly moduleRef?: ModuleRef;

    override async canActivate(context: ExecutionContext): Promise<boolean> {
      let response: unknown;
      try {
        response = checkedResponse(this.getResponse(context));
        const request = checkedRequest(this.getRequest(context));
        if (session) checkSession(request);
        verified.delete(request);
        forgetInfo(request, context);
        const guardOptions = { ...checked, strategy: strategyOf(this.settings) };
        checkRegistered(guardOptions.strategy, this.settings);
        const success = await runStrategy(this, guardOptions, { context, request, response });
        verified.set(request, success);
        if (session) await logInVerified(request);
        // A login without a session is not recorded in one: its token contains the time.
        else if (purpose !== 'login') recordInSession(success);
        keepInfo(request, context, success.info);
        return true;
      } catch (error) {
        throw thrownFor(error, response);
      }
    }

    override async logIn(request: object): Promise<void> {
      try {
        await logInVerified(request);
      } catch (error) {
        throw thrownFor(error, undefined);
      }
    }

    override getRequest(context: ExecutionContext): unknown {
      return requestOf(context);
    }

    /** Missing from the types of Nest's guard. Override it together with `getRequest`. */
    getResponse(context: ExecutionContext): unknown {
      return responseOf(context);
    }
  }
  injectIfProvided(StrategyGuard, { settings: moduleSettings, moduleRef: ModuleRef });
  return mixin(StrategyGuard);
}

/**
 * Runs the strategy 'modica-2fa' with its default options: sends a code if the body has none, and checks it
 * otherwise. After it, `request.user` has passed both factors, and `request.authInfo` holds the time and
 * the method. For its refusals see {@link createTwoFactorGuard}.
 *
 * @example
 * class CodeGuard extends TwoFactorGuard {}
 */
export class TwoFactorGuard extends createTwoFactorGuard() {}

function recordInSession({ request, info }: Verified): void {
  if (isObject(readKey(request, 'session'))) recordSecondFactor(request, info);
}

function nothingVerified(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: 'logIn was called for a request in which this guard verified no login.',
    hint: "Call it after super.canActivate(context), in a guard with purpose: 'login'.",
  });
}
