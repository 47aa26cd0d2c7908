import type { Request } from 'express';
import { z } from 'zod';
import { ConfigurationError } from '../errors.js';
import type { LimiterFactory } from '../limits/limiter.js';
import type { Store } from '../storage/store.js';
import { atOnce } from '../timers.js';

/**
 * Options at the border, once: from here on they are typed. The message names each option and what
 * would do, and never shows a value, which may be a password.
 *
 * @throws {ConfigurationError}
 */
export function parseOptions<T>(
  schema: z.ZodType<T>,
  options: unknown,
  code: 'option_invalid' | 'route_option_invalid' = 'option_invalid',
): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `option "${path.join('.')}" ${message}`,
  );
  throw new ConfigurationError(code, {
    problem: `${problems.join('; ')}.`,
    hint:
      code === 'route_option_invalid'
        ? 'Correct that where the route calls passport.authenticate.'
        : 'Correct that where it is set up.',
  });
}

/** A function; what it takes and gives is the app's. `what` is what would do. */
export const callable = <T>(what: string) =>
  z.custom<T>((value) => typeof value === 'function', { error: `must be ${what}` });

/** The same for a callback whose answer is not awaited: a promise would be taken for the answer. */
export const answeringAtOnce = <Asked, Answer>(option: string, what: string) =>
  callable<(asked: Asked) => Answer>(what).transform(
    (call) => (asked: Asked) => atOnce(option, call(asked)),
  );

export const positive = (what: string) =>
  z
    .number({ error: `must be a number of ${what}` })
    .int({ error: `must be a whole number of ${what}` })
    .min(1, { error: 'must be at least 1' });

export const nameSchema = z
  .string({ error: 'must be a text' })
  .min(1, { error: 'must not be empty' });

export const userIdSchema = <TUser>() =>
  answeringAtOnce<TUser, unknown>(
    'userId',
    'a function that gives the id of a user: (user) => user.id',
  ).default(() => idOf);

function idOf(user: unknown): unknown {
  return typeof user === 'object' && user !== null ? Reflect.get(user, 'id') : undefined;
}

export const localeSchema = z
  .union([z.string(), answeringAtOnce<Request, unknown>('locale', '')], {
    error: "must be a language like 'es', or a function of the request that gives one",
  })
  .default('en');

export const storeSchema = z
  .custom<Store>(
    (value) =>
      ['get', 'set', 'delete'].every(
        (method) => typeof Reflect.get(Object(value), method) === 'function',
      ),
    { error: 'must have get, set and delete, like new Keyv(…)' },
  )
  .optional();

export const limiterSchema = callable<LimiterFactory>(
  'a function that makes a limiter: (options) => new RateLimiterRedis({ storeClient, ...options })',
).optional();

/** The message for options that there are not; for everything else that of the option. */
export function unknownOption(issue: {
  readonly code?: string;
  readonly keys?: readonly string[];
}): string | undefined {
  return issue.code === 'unrecognized_keys'
    ? `there is no option ${issue.keys?.map((key) => `"${key}"`).join(', ')}; look for a misspelling`
    : undefined;
}
