// Claims that are granted once: on a challenge, and on the provider's id for it.
import { fingerprint } from '../fingerprint.js';
import { type Counter, countersOf } from './counter.js';
import type { LimiterFactory } from './limiter.js';

/**
 * A challenge verifies once (NIST SP 800-63B-4; OWASP ASVS 5, 6.5.1). The claim is one atomic count that
 * outlives the challenge, so that no parallel request, replayed cookie or late write can use it again
 * (Fortify CVE-2022-25838).
 */
export class SingleUse {
  private readonly uses: Counter;
  private readonly references: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    /** Seconds for which a claim is kept. */
    retention: number,
  ) {
    const counter = countersOf(makeLimiter);
    this.uses = counter('used', 1, retention);
    this.references = counter('reference', 1, retention);
  }

  /** Returns true for exactly one caller. */
  async claim(challengeId: string): Promise<boolean> {
    return (await this.uses.count(challengeId)).within;
  }

  /**
   * Returns false if another challenge has this provider's id. Two challenges with one id would share a
   * code, so a response that was delivered twice would let the first user into the second user's login.
   */
  async claimReference(provider: string, id: string): Promise<boolean> {
    return (await this.references.count(fingerprint(provider, id))).within;
  }

  async isClaimed(challengeId: string): Promise<boolean> {
    return (await this.uses.read(challengeId)).used > 0;
  }
}
