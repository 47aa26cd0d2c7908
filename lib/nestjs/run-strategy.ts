// Runs the strategy of a guard, and returns only what it has verified.
import { type ExecutionContext, UnauthorizedException } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import type { z } from 'zod';
import type { Purpose } from '../challenge/challenge.js';
import { asError, ConfigurationError } from '../errors.js';
import { isUnprovedInfo, proofOf } from '../flow/proof.js';
import type { SuccessInfo } from '../outcome.js';
import { isUser, readKey } from '../strategy/passport-session.js';
import { isTwoFactorFailure } from './exception.js';
import { userPropertyIn } from './execution-context.js';
import { propertyOf, type twoFactorGuardSchema } from './options.js';
import { routeValues } from './transaction.js';

interface Call {
  readonly context: ExecutionContext;
  readonly request: Request;
  readonly response: unknown;
}

/** A verified code, and its user. */
export interface Verified {
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
export async function runStrategy(
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

/** Whether the info is from a success of a two-factor strategy, in a login also from one without a code. */
function isVerified(info: unknown, purpose: Purpose): info is SuccessInfo {
  return proofOf(info)?.purpose === purpose || (purpose === 'login' && isUnprovedInfo(info));
}

function noSecondFactor(strategy: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The strategy "${strategy}" allowed a request without a second factor.`,
    hint: 'Give the guard the name under which the two-factor strategy is registered.',
  });
}
