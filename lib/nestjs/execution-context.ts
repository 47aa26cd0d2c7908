// Finds the request, the response and the user in Nest's ExecutionContext.
import { types } from 'node:util';
import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ConfigurationError } from '../errors.js';
import { isObject, readKey, userOf } from '../strategy/passport-session.js';
import { atOnce } from '../timers.js';

/**
 * Returns the request of an HTTP context. In any other context the first argument is the client's payload,
 * which can contain a forged user and session.
 *
 * @throws {ConfigurationError} `option_invalid` in any other context.
 */
export function requestOf(context: ExecutionContext): Request {
  const type = context.getType();
  if (type === 'http') return context.switchToHttp().getRequest();
  throw new ConfigurationError('option_invalid', {
    problem: `The guard is used in a context of type "${type}", whose request it cannot find.`,
    hint: 'Override getRequest(context) in a subclass, or give createStepUpGuard the option "getRequest". Return the HTTP request whose session or token was checked; for GraphQL: (context) => GqlExecutionContext.create(context).getContext().req.',
  });
}

/** The response of an HTTP context. Without one, no headers are set. */
export function responseOf(context: ExecutionContext): unknown {
  return context.getType() === 'http' ? context.switchToHttp().getResponse() : undefined;
}

/**
 * Checks what an override or the option `getRequest` returned.
 *
 * @throws {ConfigurationError} `option_invalid` for a promise and for anything that is not an object.
 */
export function checkedRequest(given: unknown): Request {
  const request = atOnce('getRequest', given);
  if (isRequest(request)) return request;
  throw new ConfigurationError('option_invalid', {
    problem: 'The "getRequest" of the guard did not return a request.',
    hint: 'Return the HTTP request of the context.',
  });
}

/**
 * Checks what an override of `getResponse` returned. Fastify's reply has a method `then` too, so only a genuine
 * promise is refused.
 *
 * @throws {ConfigurationError} `option_invalid` for a promise.
 */
export function checkedResponse(given: unknown): unknown {
  return types.isPromise(given) ? atOnce('getResponse', given) : given;
}

function isRequest(request: unknown): request is Request {
  return isObject(request);
}

/**
 * Returns the `property` of `PassportModule` if the request holds a user there. Otherwise a guard of the
 * app may have set the user where Passport itself does.
 *
 * @param moduleOptions - Injected by Nest; undefined without `PassportModule`.
 */
export function userPropertyIn(request: Request, moduleOptions: unknown): string | undefined {
  const property = readKey(moduleOptions, 'property');
  return typeof property === 'string' && userOf(request, property) ? property : undefined;
}
