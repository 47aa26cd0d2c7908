import { z } from 'zod';

/** The clock that an emulator goes by, in milliseconds since 1970. */
export const clock = z
  .custom<() => number>((value) => typeof value === 'function', 'now must be a function')
  .default(() => Date.now);

/** Options at the border. The error names every one that is wrong. */
export function parseOptions<Settings>(
  name: string,
  schema: z.ZodType<Settings>,
  options: unknown,
): Settings {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) =>
    path.length > 1 ? `${path.join('.')}: ${message}` : message,
  );
  throw new TypeError(`${name}: ${reasons.join('; ')}`);
}
