// Converts this library's refusals and faults into Nest's HttpException.
import { HttpException, Logger } from '@nestjs/common';
import type { TwoFactorErrorCode } from '../error-codes.js';
import { isTwoFactorError, type TwoFactorError } from '../errors.js';
import { type RefusalCode, type RefusalInfo, retryIn } from '../refusal.js';
import { TwoFactorRefusal } from '../refusal-error.js';

const logger = new Logger('TwoFactorGuard');

/**
 * What the guards throw for a refusal and for a fault. Nest's own filter answers with its status and with a body
 * of `statusCode`, `code`, `message`, and for a refusal its other details. `cause` is the original error.
 *
 * @example
 * @Catch(TwoFactorException)
 * class Filter implements ExceptionFilter {
 *   catch({ code, refusal }: TwoFactorException, host: ArgumentsHost) { … }
 * }
 */
export class TwoFactorException extends HttpException {
  /** Stable, for programs. */
  readonly code: RefusalCode | TwoFactorErrorCode;
  /** What the user may see of a refusal; undefined for a fault. */
  readonly refusal: RefusalInfo | undefined;

  constructor(error: TwoFactorRefusal | TwoFactorError) {
    const { status, code } = error;
    const [refusal, body] =
      error instanceof TwoFactorRefusal
        ? [error.toJSON(), error.toJSON()]
        : // Nest sends this body as it is, so a fault's message, for operators, is left out.
          [undefined, publicBody(error)];
    super({ ...body, statusCode: status }, status, { cause: error });
    this.name = 'TwoFactorException';
    this.code = code;
    this.refusal = refusal;
  }
}

/**
 * Returns what a guard throws for an error: a {@link TwoFactorException} for a refusal or a fault of this library,
 * whose headers it sets on the response, and any other error unchanged.
 */
export function thrownFor(error: unknown, response: unknown): unknown {
  if (!isTwoFactorFailure(error)) return error;
  // Nest does not log an HttpException, and the response omits the message of a fault.
  if (isTwoFactorError(error)) logger.error(error);
  setHeaders(response, error.headers);
  return new TwoFactorException(error);
}

export function isTwoFactorFailure(error: unknown): error is TwoFactorRefusal | TwoFactorError {
  return error instanceof TwoFactorRefusal || isTwoFactorError(error);
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
