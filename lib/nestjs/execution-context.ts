import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ConfigurationError } from '../errors.js';
import { isObject, readKey, userOf } from '../strategy/session.js';
import { atOnce } from '../timers.js';

/**
 * The request of an HTTP context. Elsewhere the first argument is what the client sent (the payload of a
 * message pattern), which may hold a user and a session of the client's making.
 *
 * @throws {ConfigurationError} `option_invalid` in any other context.
 */
export function requestOf(context: ExecutionContext): Request {
  const type = context.getType();
  if (type === 'http') return context.switchToHttp().getRequest();
  throw new ConfigurationError('option_invalid', {
    problem: `The guard stands on a handler of type "${type}", where it does not know the request.`,
    hint: 'Extend the guard and override getRequest(context), or give createStepUpGuard the option "getRequest": it returns the HTTP request whose session or token has been checked, for GraphQL (context) => GqlExecutionContext.create(context).getContext().req.',
  });
}

/** Where there is none, headers are left out. */
export function responseOf(context: ExecutionContext): unknown {
  return context.getType() === 'http' ? context.switchToHttp().getResponse() : undefined;
}

/**
 * What an override of `getRequest` gave.
 *
 * @throws {ConfigurationError} `option_invalid` for what is no request.
 */
export function checkedRequest(given: unknown): Request {
  const request = atOnce('getRequest', given);
  if (isRequest(request)) return request;
  throw new ConfigurationError('option_invalid', {
    problem: 'The "getRequest" of the guard gave no request.',
    hint: 'Return the HTTP request of the context.',
  });
}

function isRequest(request: unknown): request is Request {
  return isObject(request);
}

/**
 * The key that `PassportModule` names, where its guards have left a user there. A guard of the app's own
 * may have left it where Passport does.
 *
 * @param moduleOptions - As Nest injects them into a guard; undefined without `PassportModule`.
 */
export function userPropertyIn(request: Request, moduleOptions: unknown): string | undefined {
  const property = readKey(moduleOptions, 'property');
  return typeof property === 'string' && userOf(request, property) ? property : undefined;
}
