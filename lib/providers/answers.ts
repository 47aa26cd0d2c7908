// Parses what a provider returns: one written in JavaScript, or with a cast, may return anything.
import { z } from 'zod';
import { ProviderReplyError } from '../errors.js';
import { isRequestId, longestRetryAfter } from './http/reply.js';
import { type Check, type Delivery, longestCodeLifetime } from './provider.js';
import { loggable } from './verdicts.js';

/**
 * @param provider - its name, for the error
 * @throws {ProviderReplyError} which leaves the outcome unknown: the provider may have sent the message.
 */
export function parseDelivery(provider: string, delivery: unknown): Delivery {
  const parsed = deliverySchema.safeParse(delivery);
  if (parsed.success) return parsed.data;
  throw new ProviderReplyError({
    problem: `Provider "${provider}" returned an invalid delivery: ${problemOf(parsed.error)}.`,
    hint: 'The message may have been sent. Correct what "send", "resend" and "call" of the provider return.',
  });
}

/**
 * @param provider - its name, for the error
 * @throws {ProviderReplyError}
 */
export function parseCheck(provider: string, check: unknown): Check {
  const parsed = checkSchema.safeParse(check);
  if (parsed.success) return parsed.data;
  throw new ProviderReplyError({
    problem: `Provider "${provider}" returned an invalid check: ${problemOf(parsed.error)}.`,
    hint: 'The code was not accepted. Correct what "check" of the provider returns.',
  });
}

const text = z.string({ error: 'must be a string' }).min(1, { error: 'must not be empty' });

/** For diagnosis only: a malformed one is dropped, because it must not turn an answer into a failure. */
const answer = {
  requestId: z
    .string()
    .refine(isRequestId)
    .optional()
    .catch(() => undefined),
};

const kinds = ['sent', 'number_refused', 'not_sent', 'throttled'];

const deliverySchema = z.discriminatedUnion(
  'kind',
  [
    z.object({
      ...answer,
      kind: z.literal('sent'),
      reference: text,
      uniqueId: text.optional(),
      codeLifetime: z
        .number({ error: 'must be a finite number of seconds' })
        .positive({ error: 'must be greater than 0' })
        .max(longestCodeLifetime, { error: `must be at most ${longestCodeLifetime} seconds` }),
      messageId: text.optional(),
    }),
    z.object({ ...answer, kind: z.literal('number_refused') }),
    z.object({
      ...answer,
      kind: z.literal('not_sent'),
      word: z.string({ error: 'must be a string' }),
    }),
    z.object({
      ...answer,
      kind: z.literal('throttled'),
      retryAfter: z
        .number()
        .nonnegative()
        .transform((seconds) => Math.min(Math.ceil(seconds), longestRetryAfter))
        .optional()
        .catch(() => undefined),
    }),
  ],
  {
    error: ({ code, input }) =>
      code === 'invalid_union'
        ? oneOf(kinds, Reflect.get(Object(input), 'kind'))
        : 'must be an object',
  },
) satisfies z.ZodType<Delivery>;

const verdicts = ['accepted', 'rejected', 'expired', 'used', 'exhausted'] as const;

const checkSchema = z.object(
  {
    ...answer,
    verdict: z.enum(verdicts, { error: ({ input }) => oneOf(verdicts, input) }),
    attemptsRemaining: z
      .int()
      .nonnegative()
      .optional()
      .catch(() => undefined),
  },
  { error: 'must be an object' },
) satisfies z.ZodType<Check>;

function oneOf(words: readonly string[], word: unknown): string {
  const but = typeof word === 'string' ? `, not '${loggable({ word, secrets: [] })}'` : '';
  return `must be one of ${words.map((each) => `'${each}'`).join(', ')}${but}`;
}

/** '"codeLifetime" must be …'. No value is quoted except a kind or a verdict: the others may be secrets. */
function problemOf({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => `${path.length > 0 ? `"${path.join('.')}"` : 'it'} ${message}`)
    .join(', ');
}
