import { z } from 'zod';

/** What JSON makes of a Date, and what databases make of a timestamp with a zone. */
const timestamp = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * What an app gives for the version of a user, as one string: the same whether it comes as a Date, as the
 * text of one (from a session, a cache), as a number, or as a number that a database driver gives as text.
 */
export const userVersionSchema = z
  .union([z.string().min(1), z.number(), z.date()])
  .transform((version) => {
    const isTime = version instanceof Date || timestamp.test(String(version));
    const time = isTime ? new Date(version).getTime() : Number.NaN;
    return String(Number.isNaN(time) ? version : time);
  });
