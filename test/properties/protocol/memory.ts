import type { Limiter, LimiterFactory, Storage, Store } from '../../../lib/index.js';
import { MemoryStore, memoryLimiter } from '../../../lib/storage/in-memory.js';
import { type Fault, Faults } from './faults.js';

/** One memory for all nodes: each of its operations takes its turns, and may fail. */
export class ModelMemory implements Storage {
  readonly faults = new Faults<Fault>();
  /** Whether it ever failed. */
  failed = false;
  readonly store: Store;
  readonly limiter: LimiterFactory;

  constructor(private readonly turn: () => Promise<void>) {
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

  private async operate<T>(operation: () => T): Promise<Awaited<T>> {
    const fault = this.faults.take();
    this.failed ||= fault !== undefined;
    await this.turn();
    if (fault === 'before') throw new Error('The memory cannot be reached');
    const result = await operation();
    await this.turn();
    if (fault === 'after') throw new Error("The memory's answer was lost");
    return result;
  }
}
