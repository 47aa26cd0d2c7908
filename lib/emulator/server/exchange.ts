import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Api } from './api.js';
import { replace, send } from './reply.js';
import type { ReplyOverrides } from './reply-override.js';
import { type RecordedRequest, receive } from './request.js';

interface Parts<Path extends string> {
  readonly api: Api<Path>;
  readonly overrides: ReplyOverrides<Path>;
  readonly record: (request: RecordedRequest) => void;
}

/** One request and its reply, true or overridden. */
export function exchange<Path extends string>(parts: Parts<Path>): RequestListener {
  return (request, response) => {
    answer(parts, request, response).catch((fault: unknown) => {
      // A clock, a listener or an override failed, and whoever wrote it reads the reply. A client that
      // went away ends here too, and nobody reads it.
      send(response, parts.api.fault(fault));
    });
  };
}

async function answer<Path extends string>(
  { api, overrides, record }: Parts<Path>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await receive(request, api);
  record(received.recorded);
  const override = overrides.take(received.path);
  if (override === undefined) return send(response, api.process(received));

  const processed = override.reply === 'held' || override.processed;
  const reply = processed ? api.process(received) : api.unprocessed();
  await override.until;
  switch (override.reply) {
    case 'held':
      return send(response, reply);
    case 'replaced':
      return send(response, replace(reply, override));
    case 'lost':
      request.socket.destroy();
  }
}
