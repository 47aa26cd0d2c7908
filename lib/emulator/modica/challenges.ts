import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { BoundedList } from '../server/bounded-list.js';
import { parseJsonObject } from '../server/http.js';
import { modicaAssumed, modicaSpec } from './api-facts.js';

const { missingAttribute, invalidAttribute, invalidJson } = modicaAssumed.error;

const attribute = () =>
  z.string({
    error: (issue) => (issue.input === undefined ? missingAttribute : invalidAttribute),
  });

function isInRange(expiresIn: string): boolean {
  const { shortest, longest } = modicaSpec.expiresIn;
  return Number(expiresIn) >= shortest && Number(expiresIn) <= longest;
}

/** Attributes that the document does not know are ignored. */
export const challengeBody = z.object({
  // 'international format, for example +64211234567': E.164, at most 15 digits.
  destination: attribute().regex(/^\+[1-9]\d{1,14}$/),
  content: attribute().includes(modicaSpec.codeVariable).optional(),
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

interface Challenge {
  readonly id: string;
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

type Verdict = 'valid' | 'wrong' | 'expired' | 'unknownChallenge';

/** The challenges that were created, and what a response to one of them is worth. */
export class Challenges {
  readonly #challenges = new BoundedList<Challenge>();

  create(codeLength: number, created: number, expiresIn: number): Challenge {
    const code = Array.from({ length: codeLength }, () => randomInt(10)).join('');
    const challenge = { id: randomUUID(), code, created, expires: created + expiresIn * 1000 };
    this.#challenges.add(challenge);
    return challenge;
  }

  /**
   * The document promises neither single use nor a cap on attempts, so a right code is accepted
   * again and again: an app that needs them has to supply them, and its tests can see whether it
   * does.
   */
  check(id: string, code: string, now: number): Verdict {
    const challenge = this.#challenges.items.findLast((candidate) => candidate.id === id);
    if (challenge === undefined) return 'unknownChallenge';
    if (now >= challenge.expires) return 'expired';
    return code === challenge.code ? 'valid' : 'wrong';
  }
}
