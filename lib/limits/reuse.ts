// How many clients may wait for the code of one challenge.
import { type Counter, countersOf } from './counter.js';
import type { LimiterFactory } from './limiter.js';

const maxClients = 100;

/** Limits the clients that share a challenge: each leaves a record, and one user must not fill the store. */
export class ReuseLimit {
  private readonly clients: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    /** Seconds for which a challenge can be found. */
    retention: number,
  ) {
    this.clients = countersOf(makeLimiter)('reuses', maxClients, retention);
  }

  async isAllowed(challengeId: string): Promise<boolean> {
    return (await this.clients.count(challengeId)).within;
  }
}
