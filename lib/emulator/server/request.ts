import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Api } from './api.js';
import { findPath, type PathParameters } from './path.js';

/** Bytes of a request's body. Invented: no document names a limit. */
const largestBody = 64 * 1024;

/** A request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  /** Below the base URI, without query: '/challenges'. The whole path for a request elsewhere. */
  readonly path: string;
  /** What follows the '?', as it came; empty without one. */
  readonly query: string;
  /** As Node gives them: names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The raw body; of a body that is refused for its size only a part. */
  readonly body: string;
}

export interface ReceivedRequest<Path extends string> {
  readonly recorded: RecordedRequest;
  /** The resource of the API, if it is one. */
  readonly path: Path | undefined;
  readonly parameters: PathParameters;
  readonly tooLarge: boolean;
}

export async function receive<Path extends string>(
  request: IncomingMessage,
  { basePath, paths }: Pick<Api<Path>, 'basePath' | 'paths'>,
): Promise<ReceivedRequest<Path>> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The rest of a body that is too large is read and dropped, because a client that is cut off while
  // it writes sees a broken connection and not the 413.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }

  // Node's types let method and URL be absent, for they serve a client's incoming messages too.
  const method = String(request.method);
  const [whole = '', ...queries] = String(request.url).split('?');
  const below = whole.startsWith(`${basePath}/`) ? whole.slice(basePath.length) : undefined;
  const known = below === undefined ? undefined : findPath(paths, below);
  return {
    recorded: {
      method,
      path: below ?? whole,
      query: queries.join('?'),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    },
    path: known?.template,
    parameters: known?.parameters ?? {},
    tooLarge: size > largestBody,
  };
}
