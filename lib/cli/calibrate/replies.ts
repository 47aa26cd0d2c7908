// Reads and describes the replies of Modica's API, documented or not.

import { z } from 'zod';
import { parseTimestamp, type Reply } from '../../providers/http/reply.js';
import { printable, type Secrets } from './output.js';

/** A reply, or the transport's error. After a lost reply the API may still have acted. */
export type RequestResult = Reply | Error;

/** The documented replies to a code: 201 with a status, or 400 with an error. */
export interface CheckResult {
  readonly field: 'status' | 'error';
  readonly value: string;
}

/** Returns undefined for an undocumented reply. */
export function checkResult(result: RequestResult): CheckResult | undefined {
  if (result instanceof Error) return undefined;
  const { status, error } = resultFields(result);
  if (result.status === 201 && status !== undefined) return { field: 'status', value: status };
  if (result.status === 400 && error !== undefined) return { field: 'error', value: error };
  return undefined;
}

const optionalString = z.string().optional().catch(undefined);
const fieldsSchema = z.object({ status: optionalString, error: optionalString }).catch({});

/** Both fields, whatever the HTTP status. */
function resultFields({ body }: Reply): z.output<typeof fieldsSchema> {
  return fieldsSchema.parse(body);
}

/**
 * Compares two replies to codes by these fields alone. The HTTP status and other fields are ignored: if in
 * doubt, two replies count as the same, and nothing is accepted.
 */
export function isSameResult(one: Reply, other: Reply): boolean {
  const [first, second] = [resultFields(one), resultFields(other)];
  return first.status === undefined
    ? second.status === undefined && first.error === second.error
    : first.status === second.status;
}

const maxValueLength = 64;

/** Whether an option can list a value. One that repeats the request is different each time. */
export function isMappable(value: string, secrets: Secrets): boolean {
  return value.length > 0 && value.length <= maxValueLength && !secrets.occurIn(value);
}

/** The reply to a new challenge. */
export interface CreatedChallenge {
  readonly id: string;
  /** As received; undefined if not a string. */
  readonly created: string | undefined;
  readonly expires: string | undefined;
  /** Seconds; undefined if a timestamp is invalid. */
  readonly lifetime: number | undefined;
}

const createdSchema = z.object({
  id: z.string().min(1).max(200),
  created: optionalString,
  expires: optionalString,
});

/** Returns undefined without a usable id. */
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

/** HTTP status, result fields and request id. */
export function describeReply(reply: Reply, secrets: Secrets): string {
  const { status, body, requestId } = reply;
  const fields = Object.entries(resultFields(reply)).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${printable(value, secrets)}`],
  );
  return [
    status,
    ...(body === undefined ? ['no JSON'] : fields),
    requestId === undefined ? 'no request id' : `request id ${printable(requestId, secrets)}`,
  ].join(', ');
}

export function describeTime(timestamp: string | undefined, secrets: Secrets): string {
  if (timestamp === undefined) return 'missing';
  return `${printable(timestamp, secrets)}${timestampNote(timestamp)}`;
}

function timestampNote(timestamp: string): string {
  if (Number.isNaN(parseTime(timestamp))) return ' (not a valid timestamp)';
  // The documentation promises UTC, but no notation for it.
  return hasTimeZone(timestamp) ? '' : ' (no time zone, read as UTC)';
}

function hasTimeZone(timestamp: string): boolean {
  return /(Z|[+-]\d{2}:?\d{2})$/i.test(timestamp);
}
