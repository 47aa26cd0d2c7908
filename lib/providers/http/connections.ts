import type { Socket } from 'node:net';

/** How a connection was left by the reply that was read from it last. */
interface Left {
  readonly bytesRead: number;
  readonly requestId: string | undefined;
}

/**
 * Whether connections that are kept alive are still in step: HTTP/1.1 has nothing but the order to tell
 * which request a reply belongs to, so one reply too many becomes the answer to the next request. What
 * can be seen of that is seen here; a repeat without a request id that comes while the next request is
 * under way looks like its answer.
 */
export class Connections {
  readonly #left = new WeakMap<Socket, Left>();

  /** False where data came on an idle connection, which nobody asked for. Node reads and drops it. */
  isInStep(socket: Socket): boolean {
    const left = this.#left.get(socket);
    return left === undefined || left.bytesRead === socket.bytesRead;
  }

  /** False where the reply is the one before it once more: Modica gives each an id of its own. */
  takeReply(socket: Socket, requestId: string | undefined): boolean {
    const repeated = requestId !== undefined && this.#left.get(socket)?.requestId === requestId;
    this.#left.set(socket, { bytesRead: socket.bytesRead, requestId });
    return !repeated;
  }
}
