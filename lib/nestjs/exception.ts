import { HttpException } from '@nestjs/common';
import type { TwoFactorError } from '../errors.js';
import { retryIn } from '../outcome.js';
import { TwoFactorRefusal } from '../refusal.js';

/**
 * As an exception of Nest's, whose filter answers with the whole body. A fault keeps its status and
 * its code; its message is for operators.
 */
export function exceptionOf(error: TwoFactorRefusal | TwoFactorError): HttpException {
  const { status } = error;
  const body = error instanceof TwoFactorRefusal ? error.toJSON() : shownOf(error);
  return new HttpException({ ...body, statusCode: status }, status, { cause: error });
}

function shownOf({ code, retryAfter }: TwoFactorError) {
  return { code, message: 'We cannot send or check codes right now.', ...retryIn(retryAfter) };
}

/** Express's response and Fastify's reply have the same method; what else is a response may not. */
export function setHeaders(response: unknown, headers: Readonly<Record<string, string>>): void {
  if (!hasHeaders(response)) return;
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
}

function hasHeaders(
  response: unknown,
): response is { header(name: string, value: string): unknown } {
  return typeof Reflect.get(Object(response), 'header') === 'function';
}
