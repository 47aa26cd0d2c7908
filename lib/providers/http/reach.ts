import type { ClientRequest } from 'node:http';
import { TLSSocket } from 'node:tls';

/**
 * Whether a request can have reached the other side. Until its connection stands (for TLS: until the
 * handshake is done and the certificate is trusted) not a byte of it has left, and it may be
 * repeated; from then on nobody knows, and a repeat could send a second SMS.
 */
export class Reach {
  private reached = false;

  /** False while it is certain that nothing left. */
  get possible(): boolean {
    return this.reached;
  }

  watch(request: ClientRequest): void {
    request.once('socket', (socket) => {
      // It failed before it began: no descriptor left (EMFILE), say.
      if (socket.destroyed) return;
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
