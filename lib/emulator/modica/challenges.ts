import { randomInt, randomUUID } from 'node:crypto';
import { Recent } from '../server/recent.js';

interface Challenge {
  readonly id: string;
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

type Verdict = 'valid' | 'wrong' | 'expired' | 'unknownChallenge';

/** The challenges that were created, and what a response to one of them is worth. */
export class Challenges {
  readonly #challenges = new Recent<Challenge>();

  create(codeLength: number, created: number, expiresIn: number): Challenge {
    const code = Array.from({ length: codeLength }, () => randomInt(10)).join('');
    const challenge = { id: randomUUID(), code, created, expires: created + expiresIn * 1000 };
    this.#challenges.add(challenge);
    return challenge;
  }

  /**
   * The document promises neither single use nor a cap on attempts, so a right code is accepted
   * again and again: an app that needs them has to supply them, and its tests can see whether it
   * does.
   */
  check(id: string, code: string, now: number): Verdict {
    const challenge = this.#challenges.items.findLast((candidate) => candidate.id === id);
    if (challenge === undefined) return 'unknownChallenge';
    if (now >= challenge.expires) return 'expired';
    return code === challenge.code ? 'valid' : 'wrong';
  }
}
