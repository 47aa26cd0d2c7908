import { type ExecutionContext, Logger, mixin, type Type } from '@nestjs/common';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { markSecondFactor } from '../after/mark.js';
import { isTwoFactorError, SetupError } from '../errors.js';
import { parseOptions } from '../parse.js';
import { TwoFactorRefusal } from '../refusal.js';
import { isObject, isUser } from '../strategy/session.js';
import { isRemembered, proofOf } from '../verified.js';
import { exceptionOf, setHeaders } from './exception.js';
import { guardSchema, propertyOf, type TwoFactorGuardOptions } from './options.js';

const logger = new Logger('TwoFactorGuard');

/**
 * Every refusal as an error, which keeps what it says. The others are here because `PassportModule`
 * may set them for guards of another kind, and they would come before.
 */
const asErrors = {
  failWithError: true,
  failureRedirect: undefined,
  failureFlash: undefined,
  failureMessage: undefined,
  challengeRedirect: undefined,
};

/**
 * Makes a guard for a route that asks for something particular, or for a strategy of another name.
 * Use it as it is, or extend it, as with Nest's own `AuthGuard('name')`.
 *
 * A refusal is an `HttpException` with its status; the body is the refusal's `code`, `message`,
 * `challenge`, `attemptsRemaining` and `retryAfter` (seconds), beside Nest's `statusCode`; the headers
 * `Retry-After` and `Allow` are set. A fault is one with its status and code and without its message,
 * and is logged. In either `cause` is the error itself.
 *
 * @example
 * class TransferGuard extends createTwoFactorGuard({
 *   purpose: 'step-up',
 *   binding: ({ body: { to, amount } }) => ({ to, amount }),
 * }) {}
 *
 * @throws {SetupError} `option_invalid`, when an option is misspelt or cannot work in a guard.
 */
export function createTwoFactorGuard(options: TwoFactorGuardOptions = {}): Type<IAuthGuard> {
  const checked = parseOptions(guardSchema, options);
  const { strategy, purpose, phase, binding, destination, session, keepSessionInfo } = checked;
  const property = propertyOf(checked);
  const authenticateOptions = {
    ...asErrors,
    purpose,
    phase,
    binding,
    destination,
    ...(property && { property }),
  };

  /** Who was verified in which request: nobody else is ever logged in. */
  const verified = new WeakMap<object, { readonly user: unknown; readonly info: unknown }>();

  class StrategyGuard extends AuthGuard(strategy) {
    override async canActivate(context: ExecutionContext): Promise<boolean> {
      const allowed = await super.canActivate(context);
      const request = this.getRequest(context);
      const success = verified.get(request);
      if (success && session && isUser<Express.User>(success.user)) {
        await logIn(request, success.user, keepSessionInfo);
      }
      // A login without a session is noted in no session: its token says when it was.
      if (success && (session || purpose !== 'login') && isObject(request.session)) {
        markSecondFactor(request, success.info);
      }
      return allowed === true;
    }

    override getAuthenticateOptions(_context: ExecutionContext) {
      return authenticateOptions;
    }

    /** The types of Nest's guard leave it out; where its request is another one, so is this. */
    getResponse(context: ExecutionContext): unknown {
      return context.switchToHttp().getResponse();
    }

    override handleRequest<TUser>(
      error: unknown,
      user: TUser,
      info: unknown,
      context: ExecutionContext,
      status?: unknown,
    ): TUser {
      if (!(error instanceof TwoFactorRefusal || isTwoFactorError(error))) {
        const admitted: TUser = super.handleRequest(error, user, info, context, status);
        if (!isVerified(info)) throw exceptionOf(noSecondFactor(strategy));
        verified.set(this.getRequest(context), { user: admitted, info });
        return admitted;
      }
      // Nest logs no HttpException, and the answer does not say what is to be put right.
      if (isTwoFactorError(error)) logger.error(error);
      setHeaders(this.getResponse(context), error.headers);
      throw exceptionOf(error);
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

/** Passport's own login: Nest's guards leave it to the app. */
function logIn(request: Request, user: Express.User, keepSessionInfo: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown) => (error ? reject(error) : resolve());
    request.logIn(user, { session: true, keepSessionInfo }, done);
  });
}

/** Only a success of a two-factor strategy: after a code, or by a device that the user trusts. */
function isVerified(info: unknown): boolean {
  return proofOf(info) !== undefined || isRemembered(info);
}

function noSecondFactor(strategy: string): SetupError {
  return new SetupError('option_invalid', {
    problem: `The strategy "${strategy}" let a request in without a second factor.`,
    cure: 'Give the guard the name of a two-factor strategy, as it is registered.',
  });
}
