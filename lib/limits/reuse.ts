import { Counter } from './counter.js';
import type { LimiterFactory } from './limiter.js';

/** As many clients as may wait for one code: each leaves a record behind. */
const mostClients = 100;

/** How many clients wait for the code of one challenge: a user who joins it without end fills no store. */
export class ReuseLimit {
  private readonly clients: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    /** Seconds. */
    retention: number,
  ) {
    this.clients = new Counter(makeLimiter, {
      keyPrefix: 'passport-modica-2fa:reuses',
      points: mostClients,
      duration: retention,
    });
  }

  async isAllowed(challengeId: string): Promise<boolean> {
    return (await this.clients.count(challengeId)).within;
  }
}
