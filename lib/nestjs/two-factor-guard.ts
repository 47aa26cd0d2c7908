// Guards that run the strategy: TwoFactorGuard and createTwoFactorGuard.
import { type ExecutionContext, mixin, type Type, UnauthorizedException } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import type { z } from 'zod';
import type { Purpose } from '../challenge/challenge.js';
import { asError, ConfigurationError } from '../errors.js';
import { isUnprovedInfo, proofOf } from '../flow/proof.js';
import { parseOptions } from '../options/parse.js';
import type { SuccessInfo } from '../outcome.js';
import { recordSecondFactor } from '../step-up/session-record.js';
import { isObject, isUser, readKey } from '../strategy/passport-session.js';
import { TwoFactorStrategy } from '../strategy/two-factor-strategy.js';
import { isTwoFactorFailure, thrownFor } from './exception.js';
import {
  checkedRequest,
  checkedResponse,
  requestOf,
  responseOf,
  userPropertyIn,
} from './execution-context.js';
import { injectIfProvided } from './injection.js';
import { propertyOf, type TwoFactorGuardOptions, twoFactorGuardSchema } from './options.js';
import { checkSession, logIn } from './passport-login.js';
import { registeredStrategy } from './passport-strategies.js';
import { type ModuleSettings, moduleSettings } from './settings.js';
import { routeValues } from './transaction.js';
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
        const success = await verify(this, guardOptions, { context, request, response });
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

interface Call {
  readonly context: ExecutionContext;
  readonly request: Request;
  readonly response: unknown;
}

/** A verified code, and its user. */
interface Verified {
  readonly request: Request;
  readonly user: Express.User;
  readonly info: SuccessInfo;
}

/**
 * Makes Passport report refusals as errors, which keep their code and headers. The other options are reset
 * because `PassportModule` may set them for all guards, and they would take precedence.
 */
const refusalsAsErrors = {
  failWithError: true,
  failureRedirect: undefined,
  failureFlash: undefined,
  failureMessage: undefined,
  challengeRedirect: undefined,
};

/**
 * Runs the strategy, and returns what was verified in this call. Not a method, and run in a separate
 * instance of `AuthGuard`, so that no subclass can override either and allow more requests.
 */
async function verify(
  guard: IAuthGuard & { readonly moduleRef?: ModuleRef },
  options: z.output<typeof twoFactorGuardSchema>,
  { context, request, response }: Call,
): Promise<Verified> {
  const { strategy, purpose } = options;
  const moduleOptions = readKey(guard, 'options');
  const authenticateOptions = {
    ...(await guard.getAuthenticateOptions(context)),
    ...refusalsAsErrors,
    ...optionsFor(options, request, moduleOptions),
    ...routeValues(options, guard.moduleRef),
  };
  let verified: Verified | undefined;
  const handleRequest = async (
    error: unknown,
    user: unknown,
    info: unknown,
    _context: unknown,
    status: unknown,
  ) => {
    const callGuard = async () => guard.handleRequest<unknown>(error, user, info, context, status);
    if (isTwoFactorFailure(error)) {
      await callGuard().catch(() => {});
      throw error;
    }
    if (error || !user) {
      await callGuard();
      throw error ? asError(error) : new UnauthorizedException();
    }
    if (!isVerified(info, purpose)) throw noSecondFactor(strategy);
    const accepted = await callGuard();
    if (!isUser<Express.User>(accepted)) throw new UnauthorizedException();
    verified = { request, user: accepted, info };
    return accepted;
  };
  const attempt = Object.assign(new (AuthGuard(strategy))(moduleOptions), {
    getRequest: () => request,
    getResponse: () => response,
    getAuthenticateOptions: () => authenticateOptions,
    handleRequest,
  });
  await attempt.canActivate(context);
  // A strategy that calls pass() allows the request without an outcome.
  if (verified === undefined) throw noSecondFactor(strategy);
  return verified;
}

/** The options for Passport and the strategy. Unset ones are left out, so that they replace no defaults. */
function optionsFor(
  options: z.output<typeof twoFactorGuardSchema>,
  request: Request,
  moduleOptions: unknown,
): object {
  const { purpose, phase } = options;
  const property = propertyOf(options);
  const userProperty = options.userProperty ?? userPropertyIn(request, moduleOptions);
  return {
    purpose,
    phase,
    ...(property && { property }),
    ...(userProperty && { userProperty }),
  };
}

function recordInSession({ request, info }: Verified): void {
  if (isObject(readKey(request, 'session'))) recordSecondFactor(request, info);
}

/** Whether the info is from a success of a two-factor strategy, in a login also from one without a code. */
function isVerified(info: unknown, purpose: Purpose): info is SuccessInfo {
  return proofOf(info)?.purpose === purpose || (purpose === 'login' && isUnprovedInfo(info));
}

/**
 * Nest's mixin can register a strategy under another name than its own, which separates its challenges from
 * those of other strategies. And all apps of a process share one Passport, where the strategy of a later app
 * replaces one of the same name: with it, a user of that app would be logged in to this one.
 *
 * @throws {ConfigurationError} `option_invalid`
 */
function checkRegistered(strategy: string, settings: ModuleSettings | undefined): void {
  const registered = registeredStrategy(strategy);
  if (!(registered instanceof TwoFactorStrategy)) return;
  if (settings?.strategy.name === strategy && settings.strategy !== registered) {
    throw replaced(strategy);
  }
  if (registered.name === strategy) return;
  throw new ConfigurationError('option_invalid', {
    problem: `The strategy "${registered.name}" is registered as "${strategy}".`,
    hint: `Set its option name: '${strategy}', and remove the second argument of PassportStrategy.`,
  });
}

function replaced(strategy: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `Another strategy "${strategy}" has replaced that of this app's module since.`,
    hint: 'Give each module, of this app and of other apps in the process, its own "name", and close an app before the next one with the same name starts.',
  });
}

function noSecondFactor(strategy: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The strategy "${strategy}" allowed a request without a second factor.`,
    hint: 'Give the guard the name under which the two-factor strategy is registered.',
  });
}

function nothingVerified(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: 'logIn was called for a request in which this guard verified no login.',
    hint: "Call it after super.canActivate(context), in a guard with purpose: 'login'.",
  });
}
