import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ReplacedReply } from '../bend.js';
import { documented } from '../vocabulary.js';

export interface Reply {
  readonly status: number;
  /** `undefined` takes a header away that an earlier entry set, in whichever case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | Uint8Array;
}

function usualHeaders(): Record<string, string> {
  return { 'Content-Type': 'application/json', [documented.requestIdHeader]: randomUUID() };
}

/** The document answers 201 to both resources, also to a checked code. */
export function created(body: Readonly<Record<string, string>>): Reply {
  return { status: 201, headers: usualHeaders(), body: JSON.stringify(body) };
}

export function refused(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const body = JSON.stringify({ error });
  return { status, headers: { ...usualHeaders(), ...headers }, body };
}

/** The reply to a request that a bend keeps from being processed. */
export function unprocessed(): Reply {
  return { status: 503, headers: usualHeaders(), body: '' };
}

export function replace(reply: Reply, bend: ReplacedReply): Reply {
  return {
    status: bend.status ?? reply.status,
    headers: { ...reply.headers, ...bend.headers },
    body: bend.body ?? reply.body,
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
