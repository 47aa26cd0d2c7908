// Reads a reply of an API, and turns an undocumented one into an error.
import type { z } from 'zod';
import {
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderThrottledError,
  type TwoFactorError,
} from '../../errors.js';
import { containsSecret } from '../../redact.js';

/** The parts of an HTTP response that are used. */
export interface Reply {
  readonly status: number;
  /** Parsed JSON; undefined if it is not JSON. */
  readonly body: unknown;
  /** The compression of the body, if a proxy compressed it although the request forbids it. */
  readonly encoding?: string | undefined;
  /** The API's id of the request. */
  readonly requestId: string | undefined;
  /** Seconds, at most an hour. */
  readonly retryAfter: number | undefined;
}

/** The part of got's response that is used. */
interface Response {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export function toReply(
  { statusCode, body, headers }: Response,
  { requestIdHeader, secrets }: ReplyOptions,
): Reply {
  const requestId = requestIdHeader && headers[requestIdHeader];
  return {
    status: statusCode,
    body: parseJson(body),
    encoding: compressions.find((name) => name === headers['content-encoding']),
    requestId: readRequestId(requestId, secrets),
    retryAfter: readRetryAfter(headers['retry-after']),
  };
}

interface ReplyOptions {
  /** In lower case. */
  readonly requestIdHeader?: string | undefined;
  /** What was sent, credentials included. */
  readonly secrets: readonly string[];
}

/** Request ids are logged, so a value that is malformed or repeats what was sent is dropped. */
export function readRequestId(value: unknown, secrets: readonly string[]): string | undefined {
  return isRequestId(value) && !containsSecret(value, secrets) ? value : undefined;
}

export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value);
}

const compressions = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress'];

/** Skips a byte order mark, which servers on Windows may write (RFC 8259, 8.1). */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

export const longestRetryAfter = 3600;

/** Seconds or a date (RFC 9110, 10.2.3), capped so that an absurd value does not lock users out. */
function readRetryAfter(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  // Date.parse accepts almost anything; an HTTP date ends in GMT.
  const date = value.endsWith('GMT') ? Date.parse(value) : Number.NaN;
  const seconds = /^\d+$/.test(value) ? Number(value) : (date - Date.now()) / 1000;
  return Number.isNaN(seconds)
    ? undefined
    : Math.min(Math.max(Math.ceil(seconds), 0), longestRetryAfter);
}

/** An API as error messages describe it. */
export interface ApiDescription {
  /** For example 'Modica'. */
  readonly name: string;
  /** The hint for refused credentials. */
  readonly credentialsHint: string;
}

/** @throws the error of {@link faultOf} for a body that does not match. */
export function parseReply<T>(schema: z.ZodType<T>, reply: Reply, api: ApiDescription): T {
  const parsed = schema.safeParse(reply.body);
  if (!parsed.success) throw faultOf(reply, api);
  return parsed.data;
}

/** The error for a reply that is not in the API's document. */
export function faultOf(reply: Reply, { name, credentialsHint }: ApiDescription): TwoFactorError {
  const { status, encoding, requestId, retryAfter } = reply;
  if (status === 401) {
    return new ProviderCredentialsError({
      problem: `${name} refuses the app's credentials, or they lack a permission.`,
      hint: credentialsHint,
      requestId,
    });
  }
  if (status === 429) {
    return new ProviderThrottledError({
      problem: `${name}'s rate limit is exceeded; it did not process the request.`,
      hint: `Try again later, or ask ${name} for a higher limit if this is frequent.`,
      requestId,
      retryAfter,
    });
  }
  if (status >= 500) {
    return new ProviderOutcomeUnknownError({
      problem: `${name} answered ${status}; it may have processed the request.`,
      hint: 'The request is not retried. Let the user request a new code.',
      requestId,
      retryAfter,
    });
  }
  if (encoding !== undefined) {
    return new ProviderReplyError({
      problem: `${name}'s answer (${status}) is compressed with ${encoding}, which the request did not accept.`,
      hint: 'Configure the proxy or gateway in between not to compress replies.',
      requestId,
    });
  }
  return new ProviderReplyError({
    problem: `${name} answered ${status} with a reply that its API document does not describe.`,
    hint: `Check that "baseUrl" is the base URL of the 2FA API; quote the request id to ${name}.`,
    requestId,
  });
}

const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Parses an ISO 8601 time to milliseconds since the epoch. Modica's document says only that times are in
 * UTC, so a time without a zone is UTC, where `Date.parse` would assume local time.
 */
export function parseTimestamp(text: string): number | undefined {
  const [, day, time, zone = 'Z'] = iso.exec(text) ?? [];
  const parsed = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
