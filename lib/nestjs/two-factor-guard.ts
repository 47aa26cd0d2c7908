import { type ExecutionContext, mixin, type Type, UnauthorizedException } from '@nestjs/common';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import type { z } from 'zod';
import type { Purpose } from '../challenge/challenge.js';
import { asError, ConfigurationError } from '../errors.js';
import { isTrustedDeviceInfo, proofOf } from '../flow/proof.js';
import { parseOptions } from '../options/parse.js';
import { recordSecondFactor } from '../step-up/session-record.js';
import { isObject, isUser, readKey } from '../strategy/session.js';
import { atOnce } from '../timers.js';
import { isTwoFactorFailure, thrownFor } from './exception.js';
import { checkedRequest, requestOf, responseOf, userPropertyIn } from './execution-context.js';
import { propertyOf, type TwoFactorGuardOptions, twoFactorGuardSchema } from './options.js';
import { checkSession, logIn } from './passport-login.js';

/**
 * Every refusal as an error, which keeps what it says. The others are here because `PassportModule`
 * may set them for guards of another kind, and they would come before.
 */
const refusalsAsErrors = {
  failWithError: true,
  failureRedirect: undefined,
  failureFlash: undefined,
  failureMessage: undefined,
  challengeRedirect: undefined,
};

interface Call {
  readonly context: ExecutionContext;
  readonly request: Request;
  readonly response: unknown;
}

/** A verification, and the user whom it admits. */
interface Verified {
  readonly request: Request;
  readonly user: Express.User;
  readonly info: unknown;
}

/**
 * Makes a guard for a route that asks for something particular, or for a strategy of another name.
 * Use it as it is, or extend it, as with Nest's own `AuthGuard('name')`.
 *
 * A refusal is an `HttpException` with its status; the body is the refusal's `code`, `message`,
 * `challenge`, `attemptsRemaining` and `retryAfter` (seconds), beside Nest's `statusCode`; the headers
 * `Retry-After` and `Allow` are set. A fault is one with its status and code and without its message,
 * and is logged. In either `cause` is the error itself.
 *
 * What extends it can refuse more and admit no more. `handleRequest` is called with every outcome: after a
 * verified code its return value is the user, or it throws; a refusal stands whatever it returns or
 * throws (an exception filter puts one differently). `getAuthenticateOptions` adds to the options and
 * replaces none of the guard's. `logIn` logs in the user whom this guard has verified in this request,
 * and notes the second factor. In a context that is not HTTP the guard refuses unless `getRequest` is
 * overridden.
 *
 * @example
 * class TransferGuard extends createTwoFactorGuard({
 *   purpose: 'step-up',
 *   transaction: ({ body: { to, amount } }) => ({ to, amount }),
 * }) {}
 *
 * @throws {ConfigurationError} `option_invalid`, when an option is misspelt or cannot work in a guard.
 */
export function createTwoFactorGuard(options: TwoFactorGuardOptions = {}): Type<IAuthGuard> {
  const checked = parseOptions(twoFactorGuardSchema, options);
  const { purpose, session, keepSessionInfo } = checked;

  /** Who was verified in which request: `logIn` takes no other user. */
  const verified = new WeakMap<object, Verified>();

  const logInVerified = async (request: object): Promise<void> => {
    const login = verified.get(request);
    if (!login || purpose !== 'login') throw nothingVerified();
    await logIn(login.request, login.user, { keepSessionInfo });
    recordInSession(login);
  };

  class StrategyGuard extends AuthGuard(checked.strategy) {
    override async canActivate(context: ExecutionContext): Promise<boolean> {
      let response: unknown;
      try {
        response = atOnce('getResponse', this.getResponse(context));
        const request = checkedRequest(this.getRequest(context));
        if (session) checkSession(request);
        verified.delete(request);
        const success = await verify(this, checked, { context, request, response });
        verified.set(request, success);
        if (session) await logInVerified(request);
        // A login without a session is noted in no session: its token says when it was.
        else if (purpose !== 'login') recordInSession(success);
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

    /** The types of Nest's guard leave it out; where its request is another one, so is this. */
    getResponse(context: ExecutionContext): unknown {
      return responseOf(context);
    }
  }
  return mixin(StrategyGuard);
}

/**
 * Guards a route by the strategy 'modica-2fa': without a code in the body it sends one, with a code it
 * checks it. Behind the guard `request.user` is who has passed both factors, and `request.authInfo`
 * says when and how. What it refuses: see {@link createTwoFactorGuard}.
 *
 * @example
 * class CodeGuard extends TwoFactorGuard {}
 */
export class TwoFactorGuard extends createTwoFactorGuard() {}

/**
 * Gives what this very call has seen verified. It is no method, and Passport's outcome comes to a guard
 * of its own: a method of a guard that extends ours would take the place of either.
 */
async function verify(
  guard: IAuthGuard,
  options: z.output<typeof twoFactorGuardSchema>,
  { context, request, response }: Call,
): Promise<Verified> {
  const { strategy, purpose } = options;
  const moduleOptions = readKey(guard, 'options');
  const authenticateOptions = {
    ...(await guard.getAuthenticateOptions(context)),
    ...refusalsAsErrors,
    ...optionsFor(options, request, moduleOptions),
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
  // A strategy that calls pass() lets a request through without an outcome.
  if (verified === undefined) throw noSecondFactor(strategy);
  return verified;
}

/** What the guard asks of Passport and of the strategy; nothing that is not set takes the place of another's. */
function optionsFor(
  options: z.output<typeof twoFactorGuardSchema>,
  request: Request,
  moduleOptions: unknown,
): object {
  const { purpose, phase, transaction, destination } = options;
  const property = propertyOf(options);
  const userProperty = options.userProperty ?? userPropertyIn(request, moduleOptions);
  return {
    purpose,
    phase,
    ...(transaction && { transaction }),
    ...(destination && { destination }),
    ...(property && { property }),
    ...(userProperty && { userProperty }),
  };
}

function recordInSession({ request, info }: Verified): void {
  if (isObject(readKey(request, 'session'))) recordSecondFactor(request, info);
}

/** Only a success of a two-factor strategy: after a code, or by a device that the user trusts. */
function isVerified(info: unknown, purpose: Purpose): boolean {
  return proofOf(info)?.purpose === purpose || (purpose === 'login' && isTrustedDeviceInfo(info));
}

function noSecondFactor(strategy: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The strategy "${strategy}" let a request in without a second factor.`,
    hint: 'Give the guard the name of a two-factor strategy, as it is registered.',
  });
}

function nothingVerified(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: 'logIn was called for a request in which this guard has verified no login.',
    hint: "Call it after super.canActivate(context), in a guard with purpose: 'login'.",
  });
}
