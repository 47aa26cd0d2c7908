import type { ServerResponse } from 'node:http';
import type { ReplacedReply } from './reply-override.js';

export interface Reply {
  readonly status: number;
  /** `undefined` takes a header away that an earlier entry set, in whichever case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | Uint8Array;
}

export function json(status: number, body: object, headers: Reply['headers'] = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export function empty(status: number, headers: Reply['headers'] = {}): Reply {
  return { ...json(status, {}, headers), body: '' };
}

export function replace(reply: Reply, override: ReplacedReply<string>): Reply {
  return {
    status: override.status ?? reply.status,
    headers: { ...reply.headers, ...override.headers },
    body: override.body ?? reply.body,
  };
}

export function send(response: ServerResponse, reply: Reply): void {
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) {
    if (value === undefined) response.removeHeader(name);
    else response.setHeader(name, value);
  }
  response.end(reply.body);
}
