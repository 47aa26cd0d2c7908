import { z } from 'zod';
import { parseJsonObject } from '../server/json.js';
import { documented, invented } from './vocabulary.js';

const { missingAttribute, invalidAttribute, invalidJson } = invented.error;

const attribute = () =>
  z.string({
    error: (issue) => (issue.input === undefined ? missingAttribute : invalidAttribute),
  });

function isInRange(expiresIn: string): boolean {
  const { shortest, longest } = documented.expiresIn;
  return Number(expiresIn) >= shortest && Number(expiresIn) <= longest;
}

/** Attributes that the document does not know are ignored. */
export const challengeBody = z.object({
  // 'international format, for example +64211234567': E.164, at most 15 digits.
  destination: attribute().regex(/^\+[1-9]\d{1,14}$/),
  content: attribute().includes(documented.codeVariable).optional(),
  mask: attribute().optional(),
  // The document shows a string; that a number is refused is invented strictness.
  expiresIn: attribute().regex(/^\d+$/).refine(isInRange).optional(),
});

export type ChallengeBody = z.infer<typeof challengeBody>;

export const responseBody = z.object({ challenge_id: attribute(), code: attribute() });

type ParsedBody<Value> =
  | { readonly valid: true; readonly value: Value }
  | { readonly valid: false; readonly error: string };

export function parseBody<Value>(schema: z.ZodType<Value>, text: string): ParsedBody<Value> {
  const json = parseJsonObject(text);
  if (json === undefined) return { valid: false, error: invalidJson };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { valid: true, value: parsed.data };
  const missing = parsed.error.issues.some((issue) => issue.message === missingAttribute);
  return { valid: false, error: missing ? missingAttribute : invalidAttribute };
}
