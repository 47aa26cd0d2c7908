import { ThreadsPoolWorker } from 'vitest/node';

/**
 * The thread on which the runs of Vitest follow each other. What is loaded there stays loaded: loading takes a second
 * for each mutant otherwise, and most die in a few milliseconds.
 */
export class KeptThread {
  #worker;

  /** A pool for Vitest's configuration. */
  pool = { name: 'kept thread', createPoolWorker: (options) => new KeptPoolWorker(this, options) };

  /** Takes the thread for a run, if there is one. */
  take() {
    const worker = this.#worker;
    this.#worker = undefined;
    return worker;
  }

  leave(worker) {
    this.#worker = worker;
  }

  async end() {
    await this.take()?.stop();
  }
}

/** Vitest's worker for one run, on a thread that may have had runs before. */
class KeptPoolWorker {
  name = 'kept thread';
  #kept;
  #worker;
  #isNew;
  #config;
  #isRunning = false;
  #listeners = [];

  constructor(kept, options) {
    const worker = kept.take();
    this.#kept = kept;
    this.#isNew = worker === undefined;
    this.#worker = worker ?? new ThreadsPoolWorker(options);
  }

  async start() {
    if (this.#isNew) await this.#worker.start();
    this.on('message', ({ type }) => {
      if (type === 'testfileFinished') this.#isRunning = false;
    });
  }

  on(event, listener) {
    this.#listeners.push({ event, listener });
    this.#worker.on(event, listener);
  }

  off(event, listener) {
    this.#listeners = this.#listeners.filter((known) => known.listener !== listener);
    this.#worker.off(event, listener);
  }

  deserialize(data) {
    return data;
  }

  /** A kept thread neither starts nor stops again; only the configuration of a run differs, and comes with it. */
  send(message) {
    if (message.type === 'start') {
      this.#config = message.context.config;
      if (!this.#isNew) return this.#answer('started');
    }
    if (message.type === 'stop' && !this.#isRunning) return this.#answer('stopped');
    if (message.type !== 'run') return this.#worker.send(message);
    this.#isRunning = true;
    this.#worker.send({ ...message, context: { ...message.context, config: this.#config } });
  }

  /** Ends the thread if a run is still going on: it would meet the next one. */
  async stop() {
    if (this.#isRunning) return this.#worker.stop();
    for (const { event, listener } of this.#listeners) this.#worker.off(event, listener);
    this.#kept.leave(this.#worker);
  }

  #answer(type) {
    const response = { __vitest_worker_response__: true, type };
    setImmediate(() => {
      for (const { event, listener } of [...this.#listeners]) {
        if (event === 'message') listener(response);
      }
    });
  }
}
