import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type ApiPath, documented, invented } from '../vocabulary.js';

/** A request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  /** Below the base URI, without query: '/challenges'. The whole path for a request elsewhere. */
  readonly path: string;
  /** As Node gives them: names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The raw body; of a body that is refused for its size only a part. */
  readonly body: string;
}

export interface ReceivedRequest {
  readonly recorded: RecordedRequest;
  readonly path: ApiPath | undefined;
  readonly tooLarge: boolean;
}

export async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The rest of a body that is too large is read and dropped, because a client that is cut off while
  // it writes sees a broken connection and not the 413.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= invented.largestBody) chunks.push(chunk);
  }

  // Node's types let method and URL be absent, for they serve a client's incoming messages too.
  const method = String(request.method);
  const whole = String(request.url).replace(/\?.*$/, '');
  const path = documented.paths.find((known) => whole === documented.basePath + known);
  const below = whole.startsWith(`${documented.basePath}/`);
  return {
    recorded: {
      method,
      path: below ? whole.slice(documented.basePath.length) : whole,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    },
    path,
    tooLarge: size > invented.largestBody,
  };
}
