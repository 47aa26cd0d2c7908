// The fields of a login's second request, as a class that Nest's ValidationPipe accepts.
import { createRequire } from 'node:module';
import { z } from 'zod';
import { callable } from '../options/parse.js';
import { isObject } from '../strategy/passport-session.js';

/**
 * The fields that the strategy reads from a body. Extend it where a `ValidationPipe` with `forbidNonWhitelisted`
 * checks the body: it would refuse them otherwise. Whatever they hold is allowed here, and checked by the
 * strategy. Renamed fields (`codeField` and the like) need a class of your own.
 *
 * @example
 * class TransferBody extends TwoFactorBody {
 *   @IsString() to!: string;
 * }
 */
export class TwoFactorBody {
  /** The code from the message. */
  code?: unknown;
  /** The id of the challenge. */
  challenge?: unknown;
  /** Requests another message. */
  resend?: unknown;
  /** A recovery code, instead of the code. */
  recoveryCode?: unknown;
}

/**
 * Returns class-validator's `Allow()`; undefined in an app without that package, which needs no class for its
 * bodies.
 */
export function allowDecorator(
  load: (name: string) => unknown = createRequire(__filename),
): PropertyDecorator | undefined {
  try {
    return allowIn(load('class-validator'));
  } catch (error) {
    if (isObject(error) && Reflect.get(error, 'code') === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function allowIn(loaded: unknown): PropertyDecorator {
  const { Allow } = classValidator.parse(loaded);
  return (target, property) => Reflect.apply(Allow(), undefined, [target, property]);
}

const classValidator = z.object({ Allow: callable<() => PropertyDecorator>('class-validator') });

const allow = allowDecorator();
for (const field of ['code', 'challenge', 'resend', 'recoveryCode']) {
  allow?.(TwoFactorBody.prototype, field);
}
