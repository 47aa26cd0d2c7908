// The HTTP server of an emulator, and its URL.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that can be started and stopped any number of times. */
export class HttpServer {
  readonly #respond: RequestListener;
  readonly #basePath: string;
  #server: Server | undefined;
  #lastStep: Promise<void> = Promise.resolve();

  constructor(respond: RequestListener, basePath: string) {
    this.#respond = respond;
    this.#basePath = basePath;
  }

  start(port: number, host: string): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#server !== undefined) {
        throw new Error(`The emulator is already started on ${this.url}. Call stop() first.`);
      }
      const server = createServer(this.#respond).listen(port, host);
      await once(server, 'listening');
      this.#server = server;
    });
  }

  stop(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#server === undefined) return;
      const closed = once(this.#server, 'close');
      this.#server.close();
      this.#server.closeAllConnections();
      this.#server = undefined;
      await closed;
    });
  }

  get url(): string {
    const address = this.#server?.address();
    if (typeof address !== 'object' || address === null) {
      throw new Error('The emulator is not started. Await start() before reading url.');
    }
    return urlOf(address, this.#basePath);
  }

  /** Runs each start and stop once the previous one has settled. */
  #inOrder(step: () => Promise<void>): Promise<void> {
    this.#lastStep = this.#lastStep.then(step, step);
    return this.#lastStep;
  }
}

export function urlOf({ address, port }: AddressInfo, basePath: string): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `http://${host}:${port}${basePath}`;
}
