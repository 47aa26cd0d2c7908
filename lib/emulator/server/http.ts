import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** Bytes of a request's body. Invented: no document names a limit. */
const maxBodySize = 64 * 1024;

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

export async function readRequest<Path extends string>(
  request: IncomingMessage,
  { basePath, paths }: { readonly basePath: string; readonly paths: readonly Path[] },
): Promise<ReceivedRequest<Path>> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The rest of a body that is too large is read and dropped, because a client that is cut off while
  // it writes sees a broken connection and not the 413.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBodySize) chunks.push(chunk);
  }

  // Node's types let method and URL be absent, for they serve a client's incoming messages too.
  const method = String(request.method);
  const [whole = '', ...queries] = String(request.url).split('?');
  const below = whole.startsWith(`${basePath}/`) ? whole.slice(basePath.length) : undefined;
  const known = below === undefined ? undefined : matchPath(paths, below);
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
    tooLarge: size > maxBodySize,
  };
}

export interface EmulatorReply {
  readonly status: number;
  /** `undefined` takes a header away that an earlier entry set, in whichever case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | Uint8Array;
}

export function json(
  status: number,
  body: object,
  headers: EmulatorReply['headers'] = {},
): EmulatorReply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export function empty(status: number, headers: EmulatorReply['headers'] = {}): EmulatorReply {
  return { ...json(status, {}, headers), body: '' };
}

export function send(response: ServerResponse, reply: EmulatorReply): void {
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) {
    if (value === undefined) response.removeHeader(name);
    else response.setHeader(name, value);
  }
  response.end(reply.body);
}

/** What stands in a path where its template has `{name}`, by name. */
type PathParameters = Readonly<Record<string, string>>;

interface MatchedPath<Path extends string> {
  readonly template: Path;
  readonly parameters: PathParameters;
}

/** The resource that a path is, or `undefined`. */
function matchPath<Path extends string>(
  templates: readonly Path[],
  path: string,
): MatchedPath<Path> | undefined {
  for (const template of templates) {
    const groups = pattern(template).exec(path);
    if (groups !== null) return { template, parameters: { ...groups.groups } };
  }
  return undefined;
}

function pattern(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

export function parseJsonObject(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The media types of a header without their parameters, such as `charset` and `q`. */
export function mediaTypes(header = ''): string[] {
  return header.split(',').map((mediaType) => mediaType.replace(/;.*$/, '').trim().toLowerCase());
}
