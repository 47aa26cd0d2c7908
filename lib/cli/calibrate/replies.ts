import { z } from 'zod';
import { parseTimestamp, type Reply } from '../../providers/http/reply.js';
import { printable, type Secrets } from './output.js';

/** What became of a request. Nobody knows what the API made of one whose answer was lost. */
export type RequestResult = Reply | Error;

const text = z.string().optional().catch(undefined);

/** What the document lets the API say of a code: a status with a 201, or an error with a 400. */
export interface CheckResult {
  readonly field: 'status' | 'error';
  readonly value: string;
}

const fieldsSchema = z.object({ status: text, error: text }).catch({});

/** The words of a reply, whatever its HTTP status. */
export function resultFields({ body }: Reply): {
  status?: string | undefined;
  error?: string | undefined;
} {
  return fieldsSchema.parse(body);
}

/** Undefined where the reply is outside the document. */
export function checkResult(result: RequestResult): CheckResult | undefined {
  if (result instanceof Error) return undefined;
  const { status, error } = resultFields(result);
  if (result.status === 201 && status !== undefined) return { field: 'status', value: status };
  if (result.status === 400 && error !== undefined) return { field: 'error', value: error };
  return undefined;
}

const maxValueLength = 64;

/** Whether an option can name it. What quotes the request is another text each time. */
export function isMappable(word: string, secrets: Secrets): boolean {
  return word.length > 0 && word.length <= maxValueLength && !secrets.occurIn(word);
}

/** A challenge as the API described it. */
export interface CreatedChallenge {
  readonly id: string;
  /** As received; undefined where there is no text. */
  readonly created: string | undefined;
  readonly expires: string | undefined;
  /** Seconds; undefined where the times cannot be read. */
  readonly lifetime: number | undefined;
}

const createdSchema = z.object({ id: z.string().min(1).max(200), created: text, expires: text });

/** Undefined where there is no id to go on with. */
export function parseCreatedChallenge({ body }: Reply): CreatedChallenge | undefined {
  const parsed = createdSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { id, created, expires } = parsed.data;
  const seconds = (parseTime(expires) - parseTime(created)) / 1000;
  return { id, created, expires, lifetime: Number.isNaN(seconds) ? undefined : seconds };
}

function parseTime(timestamp: string | undefined): number {
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
export function isSameResult(one: Reply, other: Reply): boolean {
  const [first, second] = [resultFields(one), resultFields(other)];
  return first.status === undefined
    ? second.status === undefined && first.error === second.error
    : first.status === second.status;
}

/** HTTP status, words and request id. */
export function describeReply(reply: Reply, secrets: Secrets): string {
  const { status, body, requestId } = reply;
  const words = Object.entries(resultFields(reply)).flatMap(([name, word]) =>
    word === undefined ? [] : [`${name} ${printable(word, secrets)}`],
  );
  return [
    status,
    ...(body === undefined ? ['no JSON'] : words),
    requestId === undefined ? 'no request id' : `request id ${printable(requestId, secrets)}`,
  ].join(', ');
}

/** A time as it came. */
export function describeTime(timestamp: string | undefined, secrets: Secrets): string {
  if (timestamp === undefined) return 'missing';
  return `${printable(timestamp, secrets)}${timestampNote(timestamp)}`;
}

function timestampNote(timestamp: string): string {
  if (Number.isNaN(parseTime(timestamp))) return ' (cannot be read as a time)';
  return hasZone(timestamp) ? '' : ' (names no zone: taken for UTC)';
}
