// Reads HTTP requests and writes replies, for any API.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** The longest request body, in bytes. Made up: no API document states a limit. */
const maxBodySize = 64 * 1024;

/** A request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  /** Below the base URL, without the query: '/challenges'. Elsewhere, the whole path. */
  readonly path: string;
  /** The raw query after the '?'; empty if there is none. */
  readonly query: string;
  /** As Node parses them: names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The raw body; truncated if the request was refused because of its size. */
  readonly body: string;
}

/** A request, matched against the API's resources. */
export interface ReceivedRequest<Path extends string> {
  readonly recorded: RecordedRequest;
  /** The resource, or undefined if the API has none at that path. */
  readonly path: Path | undefined;
  readonly parameters: PathParameters;
  readonly tooLarge: boolean;
}

export interface EmulatorReply {
  readonly status: number;
  /** `undefined` removes a header that an earlier entry set, whatever its case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | Uint8Array;
}

/** The resources of an API. */
export interface Resources<Path extends string> {
  /** The path of the API's base URL; empty if the base URL is a host alone. */
  readonly basePath: string;
  /** Below the base path, as the API's document writes them: '/pin/{pinId}/verify'. */
  readonly paths: readonly Path[];
  /** Those that are also served with a slash at the end. */
  readonly pathsWithSlash?: readonly Path[];
}

export async function readRequest<Path extends string>(
  request: IncomingMessage,
  { basePath, paths, pathsWithSlash = [] }: Resources<Path>,
): Promise<ReceivedRequest<Path>> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Drain a body that is too large: a client that is disconnected while it writes sees a broken
  // connection instead of the 413.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBodySize) chunks.push(chunk);
  }

  // Node's types leave method and url optional because they also describe a client's response.
  const method = String(request.method);
  const [whole = '', ...queries] = String(request.url).split('?');
  const below = whole.startsWith(`${basePath}/`) ? whole.slice(basePath.length) : undefined;
  const matched = below === undefined ? undefined : matchPath(below, paths, pathsWithSlash);
  return {
    recorded: {
      method,
      path: below ?? whole,
      query: queries.join('?'),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    },
    path: matched?.template,
    parameters: matched?.parameters ?? {},
    tooLarge: size > maxBodySize,
  };
}

/** Values of the `{name}` segments of a path template, by name. */
type PathParameters = Readonly<Record<string, string>>;

interface MatchedPath<Path extends string> {
  readonly template: Path;
  readonly parameters: PathParameters;
}

function matchPath<Path extends string>(
  path: string,
  templates: readonly Path[],
  withSlash: readonly Path[],
): MatchedPath<Path> | undefined {
  for (const template of templates) {
    const end = withSlash.includes(template) ? '/?' : '';
    const groups = patternOf(template + end).exec(path);
    if (groups !== null) return { template, parameters: { ...groups.groups } };
  }
  return undefined;
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

/** The media types of an Accept or Content-Type header, without parameters such as `charset` and `q`. */
export function mediaTypes(header = ''): string[] {
  return header.split(',').map((mediaType) => mediaType.replace(/;.*$/, '').trim().toLowerCase());
}

export function parseJsonObject(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
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
