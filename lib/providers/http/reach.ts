import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Connections } from './connections.js';

/**
 * Whether a request can have reached the other side. Until its connection stands (for TLS: until the
 * handshake is done and the certificate is trusted) not a byte of it has left, and it may be
 * repeated; from then on nobody knows, and a repeat could send a second SMS.
 */
export class Reach {
  /** The connection of the last attempt. */
  socket: Socket | undefined;
  private reached = false;

  /** @param secure - whether the URL is https */
  constructor(
    private readonly secure: boolean,
    private readonly connections: Connections,
  ) {}

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
      this.socket = socket;
      if (this.secure && !isEncrypted(socket)) {
        // Before a byte is written or read. https-proxy-agent plays a proxy's refusal of CONNECT back as
        // if the API had answered so, and other agents would send the credentials in the clear.
        request.destroy(new Error(refusal));
        return;
      }
      if (!this.connections.isInStep(socket)) {
        request.destroy(new Error('data that was not asked for came on the connection'));
        return;
      }
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
}

/** Not `instanceof`: intercepting mocks of apps' tests have sockets of their own, and mark them so. */
function isEncrypted(socket: Socket): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}
