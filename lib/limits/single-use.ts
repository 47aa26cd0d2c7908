import { fingerprint } from '../fingerprint.js';
import { Counter } from './counter.js';
import type { LimiterFactory } from './limiter.js';

/**
 * A challenge verifies once (NIST SP 800-63B-4; OWASP ASVS 5, 6.5.1). The claim is one atomic count,
 * kept for longer than the challenge can be found, so that neither a parallel request nor a replayed
 * cookie nor a write that comes late brings it back (Fortify CVE-2022-25838).
 */
export class SingleUse {
  private readonly uses: Counter;
  private readonly references: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    /** Seconds. */
    retention: number,
  ) {
    const once = (name: string) =>
      new Counter(makeLimiter, {
        keyPrefix: `passport-modica-2fa:${name}`,
        points: 1,
        duration: retention,
      });
    this.uses = once('used');
    this.references = once('reference');
  }

  /** True for exactly one caller. */
  async claim(challengeId: string): Promise<boolean> {
    return (await this.uses.count(challengeId)).within;
  }

  /**
   * Whether no challenge had this id of the provider's before. Two that share one are answered by one code:
   * an answer that came twice would let its first owner into the login of the second.
   */
  async claimReference(provider: string, id: string): Promise<boolean> {
    return (await this.references.count(fingerprint(provider, id))).within;
  }

  async isClaimed(challengeId: string): Promise<boolean> {
    return (await this.uses.read(challengeId)).used > 0;
  }
}
