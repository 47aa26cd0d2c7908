import type { Limiter, LimiterFactory, Storage, Store } from '../../../lib/index.js';
import { MemoryStore, memoryLimiter } from '../../../lib/storage/in-memory.js';
import { type Fault, Faults } from './faults.js';

/** In turns of others. */
const lateness = 8;

/** One memory for all nodes: each of its operations takes its turns, and may fail. */
export class ModelMemory implements Storage {
  readonly faults = new Faults<Fault>();
  /** Whether it ever failed. */
  failed = false;
  readonly store: Store;
  readonly limiter: LimiterFactory;

  constructor(
    private readonly turn: () => Promise<void>,
    /** Whether it answers without a promise, as the memory of one process does, except when it fails. */
    private readonly isSynchronous: boolean,
  ) {
    const store = new MemoryStore();
    this.store = {
      get: (key) => this.operate(() => store.get(key)),
      set: (key, value, ttl) => this.operate(() => store.set(key, value, ttl)),
      delete: (key) => this.operate(() => store.delete(key)),
    };
    const makeLimiter = memoryLimiter();
    this.limiter = (options) => {
      const limiter = makeLimiter(options);
      const slow: Limiter = {
        consume: (key) => this.operate(() => limiter.consume(key)),
        penalty: (key, points) => this.operate(() => limiter.penalty(key, points)),
        reward: (key) => this.operate(() => limiter.reward(key)),
        block: (key, seconds) => this.operate(() => limiter.block(key, seconds)),
        get: (key) => this.operate(() => limiter.get(key)),
        delete: (key) => this.operate(() => limiter.delete(key)),
        takeBack: (key, points) => this.operate(() => limiter.takeBack?.(key, points) ?? 0),
      };
      return slow;
    };
  }

  private operate<T>(operation: () => T): T | Promise<Awaited<T>> {
    const fault = this.faults.take();
    this.failed ||= fault !== undefined;
    if (this.isSynchronous && fault === undefined) return operation();
    return this.operateInTurn(operation, fault);
  }

  private async operateInTurn<T>(operation: () => T, fault?: Fault): Promise<Awaited<T>> {
    await this.turn();
    if (fault === 'before') throw new Error('The memory cannot be reached');
    if (fault === 'late') {
      void this.inSomeTurns(operation).catch(() => undefined);
      throw new Error('The memory did not answer in time');
    }
    const result = await operation();
    await this.turn();
    if (fault === 'after') throw new Error("The memory's answer was lost");
    return result;
  }

  private async inSomeTurns(operation: () => unknown): Promise<void> {
    for (let turns = 0; turns < lateness; turns += 1) await this.turn();
    await operation();
  }
}
