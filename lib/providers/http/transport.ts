// Calls an API over HTTP, with one deadline and safe retries.
import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import {
  ConfigurationError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderUnavailableError,
  plainCause,
} from '../../errors.js';
import { timers } from '../../timers.js';
import type { Endpoint } from '../options.js';
import { type RejectedReply, RequestWatch } from './connection.js';
import { type Reply, readRequestId, toReply } from './reply.js';

/** In bytes. A documented reply has a few short attributes. */
const largestReply = 65_536;

/**
 * Milliseconds until an idle connection is closed. Many servers close theirs after five seconds, and the
 * outcome of a request on a closing connection is unknown, so it could not be retried.
 */
const idleTimeout = 4000;

const maxRetries = 2;

/** What all requests to an API have in common. */
interface Service extends Endpoint {
  /** In error messages: 'Modica'. */
  readonly name: string;
  /** Includes the credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** The response header that holds the API's id of the request, in lower case. */
  readonly requestIdHeader?: string | undefined;
  /** The credentials in every form that is sent or encoded, which no error may contain. The strings of a body are added. */
  readonly secrets: readonly string[];
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Appended to the base URL. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object | undefined;
}

/**
 * Calls an API over HTTP. One deadline covers a call and its retries; a request is retried only if it
 * provably never left. Redirects are not followed: they would send the credentials elsewhere.
 */
export class Transport {
  // ES private fields: `util.inspect`, JSON and loggers do not see them.
  readonly #service: Service;
  readonly #agent: { http: http.Agent; https: https.Agent };
  #got: Got | undefined;

  constructor(service: Service) {
    this.#service = service;
    const { agent } = service;
    const options = { keepAlive: true, timeout: idleTimeout, maxSockets: 1024 };
    this.#agent = {
      http: agent?.http ?? new http.Agent(options),
      https: agent?.https ?? new https.Agent(options),
    };
  }

  async call({ method, path, body }: Call): Promise<Reply> {
    const { baseUrl, headers, requestIdHeader, timeout } = this.#service;
    // Before the deadline starts: on a busy machine, loading takes longer than some deadlines.
    this.#got ??= await loadGot();
    const got = this.#got;
    const secrets = [...this.#service.secrets, ...stringsIn(body)];
    let failure: unknown;
    const deadline = new AbortController();
    const watch = new RequestWatch({
      secure: baseUrl.startsWith('https:'),
      requestIdHeader,
      abort: () => deadline.abort(),
    });
    const timer = timers.setTimeout(() => deadline.abort(), timeout);
    try {
      const request = got(baseUrl + path, {
        method,
        headers: {
          accept: 'application/json',
          // Replies are too small to be worth decompressing.
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
          limit: maxRetries,
          methods: [method],
          statusCodes: [],
          calculateDelay: ({ attemptCount, error }) => {
            failure = error;
            return attemptCount <= maxRetries && !watch.mayHaveArrived ? attemptCount * 100 : 0;
          },
        },
      });
      request.on('request', (attempt: ClientRequest) => watch.observe(attempt));
      request.on('downloadProgress', ({ transferred }) => {
        if (transferred > largestReply) deadline.abort();
      });
      return toReply(await request, { requestIdHeader, secrets });
    } catch (error) {
      watch.destroyConnection();
      if (watch.rejected !== undefined) throw this.#rejectionOf(watch.rejected, secrets);
      // If the deadline ends the wait for a retry, the previous attempt's failure is more informative.
      const cause = plainCause(watch.mayHaveArrived ? error : (failure ?? error), secrets);
      throw toFault(this.#service.name, cause, watch.mayHaveArrived);
    } finally {
      timers.clearTimeout(timer);
    }
  }

  #rejectionOf({ why, response }: RejectedReply, secrets: readonly string[]): ProviderReplyError {
    const { name, requestIdHeader } = this.#service;
    return new ProviderReplyError({
      problem: `The reply was discarded: ${name} answered ${why}.`,
      hint: `Ask ${name}, and the operator of any proxy in between. An "agent" without keepAlive opens a connection for each request.`,
      requestId: readRequestId(requestIdHeader && response.headers[requestIdHeader], secrets),
    });
  }
}

type Loaded = typeof import('got');
type Got = Loaded['default'];

/**
 * Loads got at the first call: it is an ES module, which Jest cannot load without a flag, and this package must
 * load without one. A failure is one of the set-up: it is certain that nothing was sent.
 *
 * @throws {ConfigurationError} `http_client_missing`
 */
export async function loadGot(load: () => Promise<Loaded> = () => import('got')) {
  try {
    return (await load()).default;
  } catch (error) {
    throw new ConfigurationError('http_client_missing', {
      problem: 'The HTTP client got could not be loaded, so nothing was sent.',
      hint: 'Under Jest, run it with its flag: node --experimental-vm-modules node_modules/jest/bin/jest.js. Otherwise reinstall the dependencies.',
      cause: plainCause(error),
    });
  }
}

function stringsIn(part: unknown): readonly string[] {
  return typeof part === 'string' ? [part] : Object.values(Object(part)).flatMap(stringsIn);
}

/**
 * got's error contains the request with its headers, and so the credentials: only a plain copy becomes the
 * cause (compare CVE-2020-15125 in auth0.js).
 */
function toFault(
  service: string,
  cause: Error,
  mayHaveArrived: boolean,
): ProviderUnavailableError | ProviderOutcomeUnknownError {
  return mayHaveArrived
    ? new ProviderOutcomeUnknownError({
        problem: `${service}'s answer was lost or came too late (${cause.message}); it may have processed the request.`,
        hint: 'The request is not retried. Let the user request a new code; check "timeout" if this is frequent.',
        cause,
      })
    : new ProviderUnavailableError({
        problem: `${service} could not be reached (${cause.message}); nothing was sent.`,
        hint: 'Check DNS, proxy, firewall, "agent" and "baseUrl".',
        cause,
      });
}
