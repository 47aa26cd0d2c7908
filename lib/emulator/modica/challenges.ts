// Modica's challenges: the request bodies, and the challenges that were created.
import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isDestination } from '../../phone-number.js';
import { BoundedList } from '../server/bounded-list.js';
import { parseJsonObject } from '../server/http.js';
import { modicaAssumed, modicaSpec } from './api-facts.js';

const { missingAttribute, invalidAttribute, invalidJson } = modicaAssumed.error;

const attribute = () =>
  z.string({
    error: (issue) => (issue.input === undefined ? missingAttribute : invalidAttribute),
  });

function isInRange(expiresIn: string): boolean {
  const { min, max } = modicaSpec.expiresIn;
  return Number(expiresIn) >= min && Number(expiresIn) <= max;
}

/** Undocumented attributes are ignored. */
export const challengeBody = z.object({
  // 'international format, for example +64211234567'
  destination: attribute().refine(isDestination),
  content: attribute().includes(modicaSpec.codeVariable).optional(),
  mask: attribute().optional(),
  // The document shows a string; refusing a number is made up.
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
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

type CheckResult = 'valid' | 'wrong' | 'expired' | 'unknownChallenge';

/** Creates challenges and checks codes against them. */
export class Challenges {
  readonly #challenges = new BoundedList<Challenge>();

  /** @param expiresIn - seconds */
  create(codeLength: number, created: number, expiresIn: number): Challenge {
    const code = Array.from({ length: codeLength }, () => randomInt(10)).join('');
    const challenge = { id: randomUUID(), code, created, expires: created + expiresIn * 1000 };
    this.#challenges.add(challenge);
    return challenge;
  }

  /**
   * Accepts the correct code any number of times, after any number of wrong ones: the document promises
   * neither single use nor an attempt limit. An app that needs them must enforce them itself, and its
   * tests show whether it does.
   */
  check(id: string, code: string, now: number): CheckResult {
    const challenge = this.#challenges.items.findLast((candidate) => candidate.id === id);
    if (challenge === undefined) return 'unknownChallenge';
    if (now >= challenge.expires) return 'expired';
    return code === challenge.code ? 'valid' : 'wrong';
  }
}
