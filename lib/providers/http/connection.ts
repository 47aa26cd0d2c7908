// Watches the connection of a request: whether it can have arrived, and whether a reply can be its answer.
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isRequestId } from './reply.js';

/** A response that cannot be the answer to the request. */
export interface RejectedReply {
  /** Completes the sentence 'It answered …'. */
  readonly why: string;
  readonly response: IncomingMessage;
}

interface Expectations {
  /** Whether the URL is https. */
  readonly secure: boolean;
  /** In lower case; undefined if the API has none. */
  readonly requestIdHeader: string | undefined;
  /** Ends the call when no acceptable answer can come any more. */
  readonly abort: () => void;
}

/**
 * Watches the connection of a call's requests, to know whether one can have arrived. Until the
 * connection is established (with TLS: until the certificate is verified) not a byte of the request has
 * left, so it may be retried. From then on the outcome is unknown, and a retry could send a second SMS.
 */
export class RequestWatch {
  rejected: RejectedReply | undefined;
  private connection: Socket | undefined;
  private established = false;

  constructor(private readonly expectations: Expectations) {}

  /** False only while it is certain that nothing left. */
  get mayHaveArrived(): boolean {
    return this.established;
  }

  observe(request: ClientRequest): void {
    let reason = 'the agent provided a connection without TLS';
    // An event of https-proxy-agent's, with the proxy's answer to CONNECT.
    request.once('proxyConnect', (answer: unknown) => {
      reason = `the proxy answered CONNECT with ${Reflect.get(Object(answer), 'statusCode')}`;
    });
    request.once('socket', (socket) => {
      // It failed before connecting, for example without a free file descriptor (EMFILE).
      if (socket.destroyed) return;
      if (this.expectations.secure && !isEncrypted(socket)) {
        // Before a byte is written or read: https-proxy-agent replays a proxy's refusal of CONNECT as if it
        // were the API's answer, and other agents would send the credentials unencrypted.
        request.destroy(new Error(reason));
        return;
      }
      if (hasUnsolicitedData(socket)) {
        request.destroy(new Error('the connection had received unsolicited data'));
        return;
      }
      this.connection = socket;
      // Node has detached the socket by then: neither the deadline nor request.destroy() would close it.
      request.once('upgrade', (response) => {
        this.reject(socket, { why: '101 and switched protocols without being asked', response });
      });
      request.once('response', (response) => {
        // After 'end' the agent may have given the connection to another request.
        response.once('end', () => {
          this.connection = undefined;
        });
        if (isNewReply(socket, request, response, this.expectations.requestIdHeader)) return;
        this.reject(socket, { why: "with another request's reply a second time", response });
      });
      const encrypted = socket instanceof TLSSocket;
      // A reused connection has completed its handshake.
      const connected = !socket.connecting && !(encrypted && socket.getFinished() === undefined);
      if (connected) {
        this.established = true;
        return;
      }
      socket.once(encrypted ? 'secureConnect' : 'connect', () => {
        this.established = true;
      });
    });
  }

  /** Called when a call fails, so that no later request gets a late reply on its connection. */
  destroyConnection(): void {
    this.connection?.destroy();
  }

  /** Closes the connection: anything else on it would answer an earlier request. */
  private reject(socket: Socket, rejected: RejectedReply): void {
    this.rejected = rejected;
    socket.destroy();
    this.expectations.abort();
  }
}

/** Not `instanceof TLSSocket`: HTTP mocks in an app's tests have their own sockets with this property. */
function isEncrypted(socket: Socket): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

/** The history of a kept-alive connection. */
interface History {
  /** The socket's `bytesRead` at the end of its last reply. */
  bytesRead: number;
  /** The ids of all its replies. */
  readonly requestIds: Set<string>;
}

/** For all transports together: an agent of the app may serve several. */
const histories = new WeakMap<Socket, History>();

/** Replies after which a connection is closed, so that its history is bounded. */
const maxReplies = 250;

/** True if data arrived while the connection was idle. Node reads and drops it. */
function hasUnsolicitedData(socket: Socket): boolean {
  const history = histories.get(socket);
  return history !== undefined && history.bytesRead !== socket.bytesRead;
}

/**
 * False if the same reply came before on this connection. HTTP/1.1 matches replies to requests by order
 * alone, so one reply too many becomes the answer to a later request: the next one or, when a segment is
 * delayed, any after it.
 *
 * The id in each reply reveals a repeat. If the API promises an id and a reply has none, its repeat
 * could not be recognised, so the connection is closed after it.
 *
 * @param requestIdHeader - in lower case; undefined if the API has none
 */
function isNewReply(
  socket: Socket,
  request: ClientRequest,
  response: IncomingMessage,
  requestIdHeader: string | undefined,
): boolean {
  const history = histories.get(socket) ?? { bytesRead: 0, requestIds: new Set() };
  histories.set(socket, history);
  // Node returns the connection to the agent after this event.
  response.once('end', () => {
    history.bytesRead = socket.bytesRead;
  });
  if (requestIdHeader === undefined) return true;
  const header = response.headers[requestIdHeader];
  const id = isRequestId(header) ? header : undefined;
  if (id === undefined || history.requestIds.size + 1 >= maxReplies) {
    // As with 'Connection: close': Node does not return it to the agent, where requests may be waiting.
    request.shouldKeepAlive = false;
  }
  if (id === undefined) return true;
  if (history.requestIds.has(id)) return false;
  history.requestIds.add(id);
  return true;
}
