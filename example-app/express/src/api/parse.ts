import type { Request } from 'express';
import type { z } from 'zod';
import { wordsOf } from '../language.js';
import { Problem } from '../problems.js';
import { fieldErrors } from '../requests.js';

/** Parses the body, or throws a 400 that names the fields. */
export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw invalidFields(fieldErrors(parsed.error));
}

/** @param fields - The error of each field, by name. */
export function invalidFields(fields: Readonly<Record<string, string>>): Problem {
  return new Problem(400, 'invalid_request', ({ invalidRequest }) => invalidRequest, { fields });
}

/** For a current password that is incorrect. */
export function passwordWrong(request: Request): Problem {
  return invalidFields({ currentPassword: wordsOf(request).fields.passwordWrong });
}
