import {
  type Challenge,
  challengeSchema,
  type FirstFactor,
  firstFactorSchema,
  type Subject,
  subjectKey,
} from '../challenge/challenge.js';
import type { Handle } from '../challenge/handle.js';
import { Records, textSchema } from './records.js';
import type { Store } from './storage.js';

/**
 * The pending challenges, by their random id and by what they are for.
 */
export class PendingChallenges {
  private readonly records: Records;

  constructor(store: Store) {
    this.records = new Records(store);
  }

  async byHandle({ challengeId, firstFactorId }: Handle): Promise<{
    readonly challenge: Challenge | undefined;
    readonly firstFactor: FirstFactor | undefined;
  }> {
    const [challenge, firstFactor] = await Promise.all([
      this.byId(challengeId),
      this.firstFactor(firstFactorId),
    ]);
    // The two halves of a handle belong together: neither opens what the other one is for.
    return firstFactor?.challengeId === challengeId
      ? { challenge, firstFactor }
      : { challenge: undefined, firstFactor: undefined };
  }

  async firstFactor(id: string): Promise<FirstFactor | undefined> {
    return this.records.read(firstFactorKey(id), firstFactorSchema);
  }

  /** The id of the newest challenge for something; what it names may be gone. */
  async liveFor(subject: Subject): Promise<string | undefined> {
    return this.records.read(liveKey(subject), textSchema);
  }

  async byId(id: string): Promise<Challenge | undefined> {
    return this.records.read(challengeKey(id), challengeSchema);
  }

  /** A new challenge: findable by what it is for until `forgetAt`. */
  async add(challenge: Challenge, firstFactor: FirstFactor, ttl: number): Promise<void> {
    await Promise.all([
      this.update(challenge, ttl),
      this.addFirstFactor(firstFactor, ttl),
      this.records.write(liveKey(challenge), challenge.id, ttl),
    ]);
  }

  async addFirstFactor(firstFactor: FirstFactor, ttl: number): Promise<void> {
    await this.records.write(firstFactorKey(firstFactor.id), firstFactor, ttl);
  }

  async update(challenge: Challenge, ttl: number): Promise<void> {
    await this.records.write(challengeKey(challenge.id), challenge, ttl);
  }

  /** With all that finds it, whatever has become of it since. */
  async erase(id: string): Promise<void> {
    const challenge = await this.byId(id);
    if (!challenge) return;
    const isLive = (await this.liveFor(challenge)) === id;
    const keys = [challengeKey(id), ...(isLive ? [liveKey(challenge)] : [])];
    await Promise.all(keys.map((key) => this.records.delete(key)));
  }

  /**
   * What the challenge is for goes on pointing at it, and finds nothing: by now it may point at a
   * newer one, whose user would get yet another SMS if it were deleted.
   */
  async remove(challenge: Challenge, firstFactor: FirstFactor): Promise<void> {
    await Promise.all(
      [challengeKey(challenge.id), firstFactorKey(firstFactor.id)].map((key) =>
        this.records.delete(key),
      ),
    );
  }
}

const challengeKey = (id: string) => `passport-modica-2fa:challenge:${id}`;
const firstFactorKey = (id: string) => `passport-modica-2fa:first-factor:${id}`;
const liveKey = (subject: Subject) => `passport-modica-2fa:live:${subjectKey(subject)}`;
