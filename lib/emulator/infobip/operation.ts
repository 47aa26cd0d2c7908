import { mediaTypes } from '../server/media-types.js';
import type { Reply } from '../server/reply.js';
import type { ReceivedRequest } from '../server/request.js';
import { isSameSecret } from '../server/secret.js';
import { ServiceException } from './service-exception.js';
import { type InfobipPath, invented } from './vocabulary.js';

const methods = ['GET', 'POST', 'PUT'] as const;

export type Request = ReceivedRequest<InfobipPath>;

type Operation = (request: Request) => Reply;

/** What a resource does with each method that it has. */
type Resource = Readonly<Partial<Record<(typeof methods)[number], Operation>>>;

export type Operations = Readonly<Record<InfobipPath, Resource>>;

const { error } = invented;

/**
 * The operation that a request asks for, once it has passed the gate. Of the gate's refusals Infobip
 * names the 401 and the 404; the others, and their order, are invented.
 *
 * @throws ServiceException
 */
export function findOperation(
  operations: Operations,
  { recorded, path, tooLarge }: Request,
  apiKey: string,
): Operation {
  const { headers, body } = recorded;
  const [, key = ''] = /^app +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (!isSameSecret(key, apiKey)) throw new ServiceException(error.unauthorized);
  if (path === undefined) throw new ServiceException(error.notFound);
  const resource = operations[path];
  const method = methods.find((known) => known === recorded.method);
  const operation = method === undefined ? undefined : resource[method];
  if (operation === undefined) {
    const allowed = { Allow: Object.keys(resource).join(', ') };
    throw new ServiceException(error.methodNotAllowed, { headers: allowed });
  }
  if (tooLarge) throw new ServiceException(error.tooLarge);
  if (body !== '' && !mediaTypes(headers['content-type']).includes('application/json')) {
    throw new ServiceException(error.mediaType);
  }
  return operation;
}
