import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isRequestId } from './reply.js';

/** What is known of a connection that is kept alive. */
interface Past {
  /** When the last reply on it had been read. */
  bytesRead: number;
  /** Of every reply on it. */
  readonly requestIds: Set<string>;
}

/** Of all that connect through here: an agent of the app's may serve several of them. */
const pasts = new WeakMap<Socket, Past>();

/** After so many replies a connection ends: what is remembered of it has to. */
const mostReplies = 250;

/** False where data came on an idle connection, which nobody asked for. Node reads and drops it. */
export function isInStep(socket: Socket): boolean {
  const past = pasts.get(socket);
  return past === undefined || past.bytesRead === socket.bytesRead;
}

/**
 * False where the reply has come on this connection before. HTTP/1.1 has nothing but the order to tell
 * which request a reply belongs to, so one reply too many becomes the answer to a later request: to the
 * next one, or to the one that is next when a segment that was held back comes.
 *
 * An id on every reply tells a repeat from an answer. Where the API promises one and the reply has none,
 * its repeat would look like the answer to any request: the connection ends with it.
 *
 * @param requestIdHeader - in lower case; undefined where the API has none
 */
export function takeReply(
  socket: Socket,
  request: ClientRequest,
  response: IncomingMessage,
  requestIdHeader: string | undefined,
): boolean {
  const past = pasts.get(socket) ?? { bytesRead: 0, requestIds: new Set() };
  pasts.set(socket, past);
  // Node gives the connection back after this, and to no request before.
  response.once('end', () => {
    past.bytesRead = socket.bytesRead;
  });
  if (requestIdHeader === undefined) return true;
  const id = response.headers[requestIdHeader];
  const known = isRequestId(id) ? id : undefined;
  if (known === undefined || past.requestIds.size + 1 >= mostReplies) {
    // As by 'Connection: close': Node does not give it back to the agent, which may have requests waiting.
    request.shouldKeepAlive = false;
  }
  if (known === undefined) return true;
  if (past.requestIds.has(known)) return false;
  past.requestIds.add(known);
  return true;
}
