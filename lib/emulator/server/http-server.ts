import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that starts and stops, any number of times. */
export class HttpServer {
  readonly #respond: RequestListener;
  readonly #basePath: string;
  #server: Server | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(respond: RequestListener, basePath: string) {
    this.#respond = respond;
    this.#basePath = basePath;
  }

  start(port: number, host: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#server !== undefined) {
        throw new Error(`The emulator is already started, on ${this.url}: stop() it first`);
      }
      const server = createServer(this.#respond).listen(port, host);
      await once(server, 'listening');
      this.#server = server;
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
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
      throw new Error('The emulator is not started: await start() before you read url');
    }
    return urlOf(address, this.#basePath);
  }

  /** A stop() that comes while start() is under way waits for it, and so on. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(step, step);
    return this.#turn;
  }
}

export function urlOf({ address, port }: AddressInfo, basePath: string): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `http://${host}:${port}${basePath}`;
}
