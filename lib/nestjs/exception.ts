// Converts this library's refusals and faults into Nest's HttpException.
import { HttpException, Logger } from '@nestjs/common';
import { isTwoFactorError, type TwoFactorError } from '../errors.js';
import { retryIn } from '../refusal.js';
import { TwoFactorRefusal } from '../refusal-error.js';

const logger = new Logger('TwoFactorGuard');

/**
 * Returns what a guard throws for an error: an HttpException for a refusal or a fault of this library,
 * whose headers it sets on the response, and any other error unchanged.
 */
export function thrownFor(error: unknown, response: unknown): unknown {
  if (!isTwoFactorFailure(error)) return error;
  // Nest does not log an HttpException, and the response omits the message of a fault.
  if (isTwoFactorError(error)) logger.error(error);
  setHeaders(response, error.headers);
  return exceptionOf(error);
}

export function isTwoFactorFailure(error: unknown): error is TwoFactorRefusal | TwoFactorError {
  return error instanceof TwoFactorRefusal || isTwoFactorError(error);
}

/** Nest's exception filter sends the body as it is, so a fault's message, for operators, is left out. */
function exceptionOf(error: TwoFactorRefusal | TwoFactorError): HttpException {
  const { status } = error;
  const body = error instanceof TwoFactorRefusal ? error.toJSON() : publicBody(error);
  return new HttpException({ ...body, statusCode: status }, status, { cause: error });
}

function publicBody({ code, retryAfter }: TwoFactorError) {
  return { code, message: 'We cannot send or check codes right now.', ...retryIn(retryAfter) };
}

/** Express's response and Fastify's reply both have `header`. Other responses get no headers. */
function setHeaders(response: unknown, headers: Readonly<Record<string, string>>): void {
  if (!hasHeaders(response)) return;
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
}

function hasHeaders(
  response: unknown,
): response is { header(name: string, value: string): unknown } {
  return typeof Reflect.get(Object(response), 'header') === 'function';
}
