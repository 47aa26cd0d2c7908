import type { Request } from 'express';
import type { z } from 'zod';
import { isOver } from '../challenge.js';
import { parseOptions } from '../parse.js';
import { readMark } from './mark.js';
import { type SecondFactorOptions, secondFactorSchema } from './options.js';

/**
 * Whether the user of this request has proved the second factor, and lately enough: to show what a page
 * offers. To guard a route, use {@link requireSecondFactor}.
 *
 * @throws {SetupError} `option_invalid`
 */
export function hasSecondFactor<TUser = Express.User>(
  request: Request,
  options: SecondFactorOptions<TUser> = {},
): boolean {
  return isFresh(request, parseOptions(secondFactorSchema, options));
}

/** The same with checked options. */
export function isFresh(request: Request, options: z.output<typeof secondFactorSchema>): boolean {
  const at = verifiedAt(request, options);
  if (at === undefined || Number.isNaN(at)) return false;
  const { maxAge = Number.POSITIVE_INFINITY } = options;
  return !isOver(at, at + maxAge * 1000, Date.now());
}

function verifiedAt(
  request: Request,
  { userId, verifiedAt: fromToken }: z.output<typeof secondFactorSchema>,
): number | undefined {
  if (!request.user) return undefined;
  if (fromToken) return fromToken(request)?.getTime();
  const mark = readMark(request);
  // What one user has proved serves no other who logs in to a session that is kept.
  return mark && mark.userId === userId(request.user) ? mark.at : undefined;
}
