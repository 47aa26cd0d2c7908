import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import {
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderUnavailableError,
  plainCause,
} from '../../errors.js';
import { timers } from '../../timers.js';
import { Connections } from './connections.js';
import type { HttpOptions } from './options.js';
import { Reach } from './reach.js';
import { type Reply, toReply } from './reply.js';

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
  readonly #connections = new Connections();
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
    const reach = new Reach(baseUrl.startsWith('https:'), this.#connections);
    const deadline = new AbortController();
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
      return this.#inStep(toReply(await request, { requestIdHeader, secrets }), reach.socket);
    } catch (error) {
      if (error instanceof ProviderReplyError) throw error;
      // Should the deadline come between two attempts, what the first one met says more than it does.
      const cause = plainCause(reach.possible ? error : (failure ?? error), secrets);
      throw toFault(this.#service.name, cause, reach);
    } finally {
      timers.clearTimeout(timer);
    }
  }

  /** @throws {ProviderReplyError} for the reply to the request before this one */
  #inStep(reply: Reply, socket: Socket | undefined): Reply {
    if (socket === undefined || this.#connections.takeReply(socket, reply.requestId)) return reply;
    // Every further reply on it would be the answer to the request before.
    socket.destroy();
    const { name } = this.#service;
    throw new ProviderReplyError({
      problem: `${name} answered with the reply to another request once more.`,
      cure: `It was not believed. Ask ${name}, and whoever runs a proxy in between; an "agent" without keepAlive makes a connection for each request.`,
      requestId: reply.requestId,
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
        cure: 'The request is not repeated. Let the user ask for a new code; look at "timeout" if this is frequent.',
        cause,
      })
    : new ProviderUnavailableError({
        problem: `${service} could not be reached (${cause.message}); nothing was sent.`,
        cure: 'Check DNS, proxy, firewall, "agent" and "baseUrl".',
        cause,
      });
}
