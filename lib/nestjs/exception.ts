import { HttpException, Logger } from '@nestjs/common';
import { isTwoFactorError, type TwoFactorError } from '../errors.js';
import { retryIn } from '../outcome.js';
import { TwoFactorRefusal } from '../refusal.js';

const logger = new Logger('TwoFactorGuard');

/**
 * What a guard throws: a refusal or a fault of ours as an exception of Nest's, with its headers set;
 * anything else as it is.
 */
export function thrownFor(error: unknown, response: unknown): unknown {
  if (!isTwoFactorFailure(error)) return error;
  // Nest logs no HttpException, and the answer does not say what is to be put right.
  if (isTwoFactorError(error)) logger.error(error);
  setHeaders(response, error.headers);
  return exceptionOf(error);
}

export function isTwoFactorFailure(error: unknown): error is TwoFactorRefusal | TwoFactorError {
  return error instanceof TwoFactorRefusal || isTwoFactorError(error);
}

/** Nest's filter answers with the whole body. A fault's message is for operators. */
function exceptionOf(error: TwoFactorRefusal | TwoFactorError): HttpException {
  const { status } = error;
  const body = error instanceof TwoFactorRefusal ? error.toJSON() : publicBody(error);
  return new HttpException({ ...body, statusCode: status }, status, { cause: error });
}

function publicBody({ code, retryAfter }: TwoFactorError) {
  return { code, message: 'We cannot send or check codes right now.', ...retryIn(retryAfter) };
}

/** Express's response and Fastify's reply have the same method; what else is a response may not. */
function setHeaders(response: unknown, headers: Readonly<Record<string, string>>): void {
  if (!hasHeaders(response)) return;
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
}

function hasHeaders(
  response: unknown,
): response is { header(name: string, value: string): unknown } {
  return typeof Reflect.get(Object(response), 'header') === 'function';
}
