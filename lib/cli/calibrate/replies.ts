import { z } from 'zod';
import { parseTimestamp, type Reply } from '../../providers/http/reply.js';
import { type Secrets, shown } from './output.js';

/** What became of a request. Nobody knows what the API made of one whose answer was lost. */
export type Answer =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

const text = z.string().optional().catch(undefined);

/** What the document lets the API say of a code: a status with a 201, or an error with a 400. */
export interface Said {
  readonly field: 'status' | 'error';
  readonly word: string;
}

const wordsSchema = z.object({ status: text, error: text }).catch({});

/** The words of a reply, whatever its HTTP status. */
export function wordsOf({ body }: Reply): {
  status?: string | undefined;
  error?: string | undefined;
} {
  return wordsSchema.parse(body);
}

/** Undefined where the reply is outside the document. */
export function saidBy(reply: Reply): Said | undefined {
  const { status, error } = wordsOf(reply);
  if (reply.status === 201 && status !== undefined) return { field: 'status', word: status };
  if (reply.status === 400 && error !== undefined) return { field: 'error', word: error };
  return undefined;
}

export function saidIn(answer: Answer): Said | undefined {
  return answer.kind === 'reply' ? saidBy(answer.reply) : undefined;
}

const longestWord = 64;

/** Whether an option can name it. What quotes the request is another text each time. */
export function isWord(word: string, secrets: Secrets): boolean {
  return word.length > 0 && word.length <= longestWord && !secrets.isIn(word);
}

/** A challenge as the API described it. */
export interface Created {
  readonly id: string;
  /** As received; undefined where there is no text. */
  readonly created: string | undefined;
  readonly expires: string | undefined;
  /** Seconds; undefined where the times cannot be read. */
  readonly lifetime: number | undefined;
}

const createdSchema = z.object({ id: z.string().min(1).max(200), created: text, expires: text });

/** Undefined where there is no id to go on with. */
export function readCreated({ body }: Reply): Created | undefined {
  const parsed = createdSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { id, created, expires } = parsed.data;
  const lasts = (timeOf(expires) - timeOf(created)) / 1000;
  return { id, created, expires, lifetime: Number.isNaN(lasts) ? undefined : lasts };
}

function timeOf(timestamp: string | undefined): number {
  return parseTimestamp(timestamp ?? '') ?? Number.NaN;
}

/** Whether it says which zone it is in; the document says only that times are in UTC. */
function hasZone(timestamp: string): boolean {
  return /(Z|[+-]\d{2}:?\d{2})$/i.test(timestamp);
}

/**
 * Whether two replies to codes say the same. The HTTP status does not make them differ, nor does what
 * else they hold: where it is in doubt, nothing may be accepted.
 */
export function isAlike(one: Reply, other: Reply): boolean {
  const [first, second] = [wordsOf(one), wordsOf(other)];
  return first.status === undefined
    ? second.status === undefined && first.error === second.error
    : first.status === second.status;
}

/** HTTP status, words and request id. */
export function describeReply(reply: Reply, secrets: Secrets): string {
  const { status, body, requestId } = reply;
  const words = Object.entries(wordsOf(reply)).flatMap(([name, word]) =>
    word === undefined ? [] : [`${name} ${shown(word, secrets)}`],
  );
  return [
    status,
    ...(body === undefined ? ['no JSON'] : words),
    requestId === undefined ? 'no request id' : `request id ${shown(requestId, secrets)}`,
  ].join(', ');
}

/** A time as it came. */
export function describeTime(timestamp: string | undefined, secrets: Secrets): string {
  if (timestamp === undefined) return 'missing';
  return `${shown(timestamp, secrets)}${remarkOn(timestamp)}`;
}

function remarkOn(timestamp: string): string {
  if (Number.isNaN(timeOf(timestamp))) return ' (cannot be read as a time)';
  return hasZone(timestamp) ? '' : ' (names no zone: taken for UTC)';
}
