import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isRequestId } from './reply.js';

/** A reply that cannot be meant for the request. */
export interface Disbelieved {
  readonly why: string;
  readonly response: IncomingMessage;
}

interface Expected {
  /** Whether the URL is https. */
  readonly secure: boolean;
  /** In lower case; undefined where the API has none. */
  readonly requestIdHeader: string | undefined;
  /** Ends the call, once there is nothing more to wait for. */
  readonly giveUp: () => void;
}

/**
 * Whether a request can have reached the other side. Until its connection stands (for TLS: until the
 * handshake is done and the certificate is trusted) not a byte of it has left, and it may be
 * repeated; from then on nobody knows, and a repeat could send a second SMS.
 */
export class Reach {
  disbelieved: Disbelieved | undefined;
  private open: Socket | undefined;
  private reached = false;

  constructor(private readonly expected: Expected) {}

  /** False while it is certain that nothing left. */
  get possible(): boolean {
    return this.reached;
  }

  watch(request: ClientRequest): void {
    let refusal = 'the agent gave a connection without TLS';
    // https-proxy-agent's own event: with what status the proxy answered CONNECT.
    request.once('proxyConnect', (answer: unknown) => {
      refusal = `the proxy answered CONNECT with ${Reflect.get(Object(answer), 'statusCode')}`;
    });
    request.once('socket', (socket) => {
      // It failed before it began: no descriptor left (EMFILE), say.
      if (socket.destroyed) return;
      if (this.expected.secure && !isEncrypted(socket)) {
        // Before a byte is written or read. https-proxy-agent plays a proxy's refusal of CONNECT back as
        // if the API had answered so, and other agents would send the credentials in the clear.
        request.destroy(new Error(refusal));
        return;
      }
      if (!isInStep(socket)) {
        request.destroy(new Error('data that was not asked for came on the connection'));
        return;
      }
      this.open = socket;
      // Node has let go of the connection then, and neither a deadline nor request.destroy() ends it.
      request.once('upgrade', (response) => {
        this.disbelieve(socket, { why: '101 and changed the protocol, unasked', response });
      });
      request.once('response', (response) => {
        // From then on it is the agent's, and may serve another request.
        response.once('end', () => {
          this.open = undefined;
        });
        if (takeReply(socket, request, response, this.expected.requestIdHeader)) return;
        this.disbelieve(socket, { why: 'with the reply to another request once more', response });
      });
      const encrypted = socket instanceof TLSSocket;
      // A kept-alive socket that is used again has its handshake behind it.
      const standing = !socket.connecting && !(encrypted && socket.getFinished() === undefined);
      if (standing) {
        this.reached = true;
        return;
      }
      socket.once(encrypted ? 'secureConnect' : 'connect', () => {
        this.reached = true;
      });
    });
  }

  /** Nothing that has failed leaves a connection behind. */
  end(): void {
    this.open?.destroy();
  }

  /** Whatever else comes on the connection would be the answer to a request before. */
  private disbelieve(socket: Socket, disbelieved: Disbelieved): void {
    this.disbelieved = disbelieved;
    socket.destroy();
    this.expected.giveUp();
  }
}

/** Not `instanceof`: intercepting mocks of apps' tests have sockets of their own, and mark them so. */
function isEncrypted(socket: Socket): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

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
function isInStep(socket: Socket): boolean {
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
function takeReply(
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
