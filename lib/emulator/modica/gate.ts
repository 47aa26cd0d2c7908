import { isAuthorized } from '../server/authorization.js';
import { mediaTypes } from '../server/media-types.js';
import type { Reply } from '../server/reply.js';
import type { ReceivedRequest } from '../server/request.js';
import { refused } from './reply.js';
import { type ApiPath, documented, invented } from './vocabulary.js';

type Passage =
  | { readonly open: true; readonly path: ApiPath }
  | { readonly open: false; readonly reply: Reply };

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * What a request has to be before its body is looked at. Of these refusals the document knows the
 * 401 alone; the others, and their order, are invented.
 */
export function gate(request: ReceivedRequest<ApiPath>, credentials: Credentials): Passage {
  const { method, headers } = request.recorded;
  const { error } = invented;

  if (!isAuthorized(headers.authorization, credentials)) {
    return closed(refused(401, error.unauthorized, { 'WWW-Authenticate': invented.authenticate }));
  }
  if (request.path === undefined) return closed(refused(404, error.notFound));
  if (method !== 'POST') {
    return closed(refused(405, error.methodNotAllowed, { Allow: 'POST' }));
  }
  // '*/*' does not do: the media type carries the version of the API.
  if (!mediaTypes(headers.accept).includes(documented.mediaType)) {
    return closed(refused(406, error.notAcceptable));
  }
  if (!mediaTypes(headers['content-type']).includes('application/json')) {
    return closed(refused(415, error.unsupportedMediaType));
  }
  if (request.tooLarge) return closed(refused(413, error.tooLarge));
  return { open: true, path: request.path };
}

function closed(reply: Reply): Passage {
  return { open: false, reply };
}
