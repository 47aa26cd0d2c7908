import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Api } from './api.js';
import type { Bends } from './bend.js';
import { replace, send } from './reply.js';
import { type RecordedRequest, receive } from './request.js';

interface Parts<Path extends string> {
  readonly api: Api<Path>;
  readonly bends: Bends<Path>;
  readonly record: (request: RecordedRequest) => void;
}

/** One request and its reply, true or bent. */
export function exchange<Path extends string>(parts: Parts<Path>): RequestListener {
  return (request, response) => {
    answer(parts, request, response).catch((fault: unknown) => {
      // A clock, a listener or a bend failed, and whoever wrote it reads the reply. A client that
      // went away ends here too, and nobody reads it.
      send(response, parts.api.fault(fault));
    });
  };
}

async function answer<Path extends string>(
  { api, bends, record }: Parts<Path>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await receive(request, api);
  record(received.recorded);
  const bend = bends.take(received.path);
  if (bend === undefined) return send(response, api.process(received));

  const processed = bend.reply === 'held' || bend.processed;
  const reply = processed ? api.process(received) : api.unprocessed();
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
