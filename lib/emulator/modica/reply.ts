import { randomUUID } from 'node:crypto';
import { empty, json, type Reply } from '../server/reply.js';
import { documented } from './vocabulary.js';

function requestId(): Record<string, string> {
  return { [documented.requestIdHeader]: randomUUID() };
}

/** The document answers 201 to both resources, also to a checked code. */
export function created(body: Readonly<Record<string, string>>): Reply {
  return json(201, body, requestId());
}

export function refused(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json(status, { error }, { ...requestId(), ...headers });
}

/** The reply to a request that an override keeps from being processed. */
export function unprocessed(): Reply {
  return empty(503, requestId());
}
