import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import {
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderUnavailableError,
  plainCause,
} from '../../errors.js';
import { timers } from '../../timers.js';
import { type Disbelieved, Reach } from './connection.js';
import type { HttpOptions } from './options.js';
import { type Reply, readRequestId, toReply } from './reply.js';

/** A documented reply has a few short attributes; more than this is not one. In bytes. */
const largestReply = 65_536;

/**
 * How long an idle connection is kept, in milliseconds. Shorter than the five seconds after which
 * many servers close theirs: a request that meets a closing connection is one whose fate nobody
 * knows, and it could not be repeated.
 */
const keepIdle = 4000;

const mostRepeats = 2;

/** What the requests to one API have in common. */
export interface Service extends HttpOptions {
  /** As an operator knows it: 'Modica'. */
  readonly name: string;
  /** Credentials among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The header of a reply that names the request, in lower case. */
  readonly requestIdHeader?: string | undefined;
  /** What must be in no error, beside the headers above and all that is posted: a password in the clear. */
  readonly secrets?: readonly string[] | undefined;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base URL. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object | undefined;
}

/**
 * One call of an API: one deadline over the whole call, repeats included; redirects refused, for
 * they would carry the credentials elsewhere; repeated only where it provably never left.
 */
export class Transport {
  // ES private fields: `util.inspect`, JSON and loggers do not see them.
  readonly #service: Service;
  readonly #agent: { http: http.Agent; https: https.Agent };

  constructor(service: Service) {
    this.#service = service;
    const { agent } = service;
    const kept = { keepAlive: true, timeout: keepIdle, maxSockets: 1024 };
    this.#agent = {
      http: agent?.http ?? new http.Agent(kept),
      https: agent?.https ?? new https.Agent(kept),
    };
  }

  async call({ method, path, body }: Call): Promise<Reply> {
    const { baseUrl, headers, requestIdHeader, timeout } = this.#service;
    // ESM-only: imported at the first request, it loads from CommonJS and under Jest's defaults too. Not
    // a part of the call: on a busy machine loading it takes longer than some deadlines.
    const { default: got } = await import('got');
    const secrets = [...(this.#service.secrets ?? []), ...sentIn(headers), ...sentIn(body)];
    let failure: unknown;
    const deadline = new AbortController();
    const reach = new Reach({
      secure: baseUrl.startsWith('https:'),
      requestIdHeader,
      giveUp: () => deadline.abort(),
    });
    const timer = timers.setTimeout(() => deadline.abort(), timeout);
    try {
      const request = got(baseUrl + path, {
        method,
        headers: {
          accept: 'application/json',
          // Nothing here decompresses: a few attributes are smaller than the code that would.
          'accept-encoding': 'identity',
          'user-agent': 'passport-modica-2fa',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        agent: this.#agent,
        signal: deadline.signal,
        followRedirect: false,
        throwHttpErrors: false,
        decompress: false,
        retry: {
          limit: mostRepeats,
          methods: [method],
          statusCodes: [],
          calculateDelay: ({ attemptCount, error }) => {
            failure = error;
            return attemptCount <= mostRepeats && !reach.possible ? attemptCount * 100 : 0;
          },
        },
      });
      request.on('request', (attempt: ClientRequest) => reach.watch(attempt));
      request.on('downloadProgress', ({ transferred }) => {
        if (transferred > largestReply) deadline.abort();
      });
      return toReply(await request, { requestIdHeader, secrets });
    } catch (error) {
      reach.end();
      if (reach.disbelieved !== undefined) throw this.#disbelief(reach.disbelieved, secrets);
      // Should the deadline come between two attempts, what the first one met says more than it does.
      const cause = plainCause(reach.possible ? error : (failure ?? error), secrets);
      throw toFault(this.#service.name, cause, reach);
    } finally {
      timers.clearTimeout(timer);
    }
  }

  #disbelief({ why, response }: Disbelieved, secrets: readonly string[]): ProviderReplyError {
    const { name, requestIdHeader } = this.#service;
    return new ProviderReplyError({
      problem: `${name} answered ${why}.`,
      hint: `It was not believed. Ask ${name}, and whoever runs a proxy in between; an "agent" without keepAlive makes a connection for each request.`,
      requestId: readRequestId(requestIdHeader && response.headers[requestIdHeader], secrets),
    });
  }
}

/** Every text in it, and a credential without its scheme as well. */
function sentIn(part: object | undefined): readonly string[] {
  return Object.values(part ?? {}).flatMap((value: unknown) => {
    if (typeof value === 'string') return [value, value.replace(/^(Basic|App) /, '')];
    return typeof value === 'object' && value !== null ? sentIn(value) : [];
  });
}

/**
 * got's error carries the request with its headers, and so the credentials; only its plain cause goes
 * on (auth0.js CVE-2020-15125).
 */
function toFault(
  service: string,
  cause: Error,
  reach: Reach,
): ProviderUnavailableError | ProviderOutcomeUnknownError {
  return reach.possible
    ? new ProviderOutcomeUnknownError({
        problem: `${service}'s answer was lost or came too late (${cause.message}); it may have acted.`,
        hint: 'The request is not repeated. Let the user ask for a new code; look at "timeout" if this is frequent.',
        cause,
      })
    : new ProviderUnavailableError({
        problem: `${service} could not be reached (${cause.message}); nothing was sent.`,
        hint: 'Check DNS, proxy, firewall, "agent" and "baseUrl".',
        cause,
      });
}
