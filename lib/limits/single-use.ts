import { Counter } from './counter.js';
import type { LimiterFactory } from './limiter.js';

/**
 * A challenge verifies once (NIST SP 800-63B-4; OWASP ASVS 5, 6.5.1). The claim is one atomic count,
 * kept for longer than the challenge can be found, so that neither a parallel request nor a replayed
 * cookie nor a write that comes late brings it back (Fortify CVE-2022-25838).
 */
export class SingleUse {
  private readonly uses: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    /** Seconds. */
    retention: number,
  ) {
    this.uses = new Counter(makeLimiter, {
      keyPrefix: 'passport-modica-2fa:used',
      points: 1,
      duration: retention,
    });
  }

  /** True for exactly one caller. */
  async claim(challengeId: string): Promise<boolean> {
    return (await this.uses.count(challengeId)).within;
  }

  async isClaimed(challengeId: string): Promise<boolean> {
    return (await this.uses.read(challengeId)).used > 0;
  }
}
