import {
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderThrottledError,
  type TwoFactorError,
} from '../../errors.js';

/** A reply, as far as it can be read. */
export interface Reply {
  readonly status: number;
  /** Parsed JSON; undefined when it is none. */
  readonly body: unknown;
  /** `X-Modica-Request-Id`, which every documented reply carries. */
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

export function toReply({ statusCode, body, headers }: Response): Reply {
  const requestId = headers['x-modica-request-id'];
  return {
    status: statusCode,
    body: parseJson(body),
    requestId: typeof requestId === 'string' ? requestId.slice(0, 100) : undefined,
    retryAfter: readRetryAfter(headers['retry-after']),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
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

/** The error for every reply that is not one of the documented 201 and 400. */
export function faultOf(reply: Reply): TwoFactorError {
  const { status, requestId, retryAfter } = reply;
  if (status === 401) {
    return new ProviderCredentialsError({
      problem: 'Modica refuses the username and password of this app, or they lack permission.',
      cure: 'Check MODICA_USERNAME and MODICA_PASSWORD, and that the 2FA application is provisioned.',
      requestId,
    });
  }
  if (status === 429) {
    return new ProviderThrottledError({
      problem: 'Modica has had too many requests and did not look at this one.',
      cure: 'Try again later; ask Modica for a higher limit if this is frequent.',
      requestId,
      retryAfter,
    });
  }
  if (status >= 500) {
    return new ProviderOutcomeUnknownError({
      problem: `Modica answered ${status}; it may have acted.`,
      cure: 'The request is not repeated. Let the user ask for a new code.',
      requestId,
      retryAfter,
    });
  }
  return new ProviderReplyError({
    problem: `Modica answered ${status} with something that its API document does not know.`,
    cure: 'Check that "baseUrl" is the base URI of the 2FA API; quote the request id to Modica.',
    requestId,
  });
}
