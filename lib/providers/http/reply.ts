import {
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderThrottledError,
  type TwoFactorError,
} from '../../errors.js';
import { holds } from '../../redact.js';

/** A reply, as far as it can be read. */
export interface Reply {
  readonly status: number;
  /** Parsed JSON; undefined when it is none. */
  readonly body: unknown;
  /** What the reply says that its body is compressed with, although nothing was asked for. */
  readonly encoding?: string | undefined;
  /** The API's own id of the request. */
  readonly requestId: string | undefined;
  /** Seconds, never more than an hour. */
  readonly retryAfter: number | undefined;
}

/** What we use of a response of got's. */
interface Response {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export function toReply(
  { statusCode, body, headers }: Response,
  { requestIdHeader, secrets }: Asked,
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

/** What a reply is read by. */
interface Asked {
  /** In lower case. */
  readonly requestIdHeader?: string | undefined;
  /** What was sent. */
  readonly secrets: readonly string[];
}

/** Ids end up in logs: what does not look like one, or repeats what was sent, stays out of them. */
export function readRequestId(value: unknown, secrets: readonly string[]): string | undefined {
  return isRequestId(value) && !holds(value, secrets) ? value : undefined;
}

export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value);
}

const compressions = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress'];

/** RFC 8259, 8.1: a byte order mark may be skipped. Servers on Windows are known to write one. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

const longestRetryAfter = 3600;

/** RFC 9110, 10.2.3: seconds or a date. An absurd value must not lock anybody out. */
function readRetryAfter(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  // Date.parse alone reads a date into nearly anything; an HTTP date ends in GMT.
  const date = value.endsWith('GMT') ? Date.parse(value) : Number.NaN;
  const seconds = /^\d+$/.test(value) ? Number(value) : (date - Date.now()) / 1000;
  return Number.isNaN(seconds)
    ? undefined
    : Math.min(Math.max(Math.ceil(seconds), 0), longestRetryAfter);
}

/** What an operator has to know of an API to put right what it refuses. */
export interface Desk {
  /** The API, as in 'Modica'. */
  readonly name: string;
  /** What would put refused credentials right. */
  readonly credentials: string;
}

/** The error for every reply that the API's document does not know. */
export function faultOf(reply: Reply, { name, credentials }: Desk): TwoFactorError {
  const { status, encoding, requestId, retryAfter } = reply;
  if (status === 401) {
    return new ProviderCredentialsError({
      problem: `${name} refuses the credentials of this app, or they lack permission.`,
      hint: credentials,
      requestId,
    });
  }
  if (status === 429) {
    return new ProviderThrottledError({
      problem: `${name} has had too many requests and did not look at this one.`,
      hint: `Try again later; ask ${name} for a higher limit if this is frequent.`,
      requestId,
      retryAfter,
    });
  }
  if (status >= 500) {
    return new ProviderOutcomeUnknownError({
      problem: `${name} answered ${status}; it may have acted.`,
      hint: 'The request is not repeated. Let the user ask for a new code.',
      requestId,
      retryAfter,
    });
  }
  if (encoding !== undefined) {
    return new ProviderReplyError({
      problem: `${name} answered ${status} with a body that is compressed (${encoding}), although none was asked for.`,
      hint: 'A proxy or gateway between here and there adds that: have it leave replies as they are.',
      requestId,
    });
  }
  return new ProviderReplyError({
    problem: `${name} answered ${status} with something that its API document does not know.`,
    hint: `Check that "baseUrl" is the base URI of the 2FA API; quote the request id to ${name}.`,
    requestId,
  });
}

const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A time as the API may write it, in milliseconds. The document says no more than that times are in
 * UTC, so one without a zone is UTC; `Date.parse` alone would take it for local time.
 */
export function parseTimestamp(text: string): number | undefined {
  const [, day, time, zone = 'Z'] = iso.exec(text) ?? [];
  const parsed = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
