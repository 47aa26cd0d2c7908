import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Api } from '../api.js';
import type { Bends } from '../bend.js';
import { invented } from '../vocabulary.js';
import { refused, replace, send, unprocessed } from './reply.js';
import { type RecordedRequest, receive } from './request.js';

interface Parts {
  readonly api: Api;
  readonly bends: Bends;
  readonly record: (request: RecordedRequest) => void;
}

/** One request and its reply, true or bent. */
export function exchange(parts: Parts): RequestListener {
  return (request, response) => {
    answer(parts, request, response).catch((fault: unknown) => {
      // A clock, a listener or a bend failed, and whoever wrote it reads the reply. A client that
      // went away ends here too, and nobody reads it.
      send(response, refused(500, `${invented.error.fault}: ${fault}`));
    });
  };
}

async function answer(
  { api, bends, record }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await receive(request);
  record(received.recorded);
  const bend = bends.take(received.path);
  if (bend === undefined) return send(response, api.process(received));

  const processed = bend.reply === 'held' || bend.processed;
  const reply = processed ? api.process(received) : unprocessed();
  await bend.until;
  switch (bend.reply) {
    case 'held':
      return send(response, reply);
    case 'replaced':
      return send(response, replace(reply, bend));
    case 'lost':
      request.socket.destroy();
  }
}
