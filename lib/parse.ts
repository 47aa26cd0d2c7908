import type { z } from 'zod';
import { SetupError } from './errors.js';

/**
 * Options at the border, once: from here on they are typed. The message names each option and what
 * would do, and never shows a value, which may be a password.
 *
 * @throws {SetupError}
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
  throw new SetupError(code, {
    problem: `${problems.join('; ')}.`,
    cure:
      code === 'route_option_invalid'
        ? 'Correct that where the route calls passport.authenticate.'
        : 'Correct that where it is set up.',
  });
}
