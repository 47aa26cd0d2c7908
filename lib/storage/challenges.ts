// The records of pending challenges, found by id and by subject.
import {
  type Challenge,
  challengeSchema,
  type FirstFactor,
  firstFactorSchema,
  type Subject,
  subjectKey,
} from '../challenge/challenge.js';
import type { Handle } from '../challenge/handle.js';
import { Records, stringSchema } from './records.js';
import type { Store } from './storage.js';

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
    // Both ids of a handle must match; one alone is not enough.
    return firstFactor?.challengeId === challengeId
      ? { challenge, firstFactor }
      : { challenge: undefined, firstFactor: undefined };
  }

  async firstFactor(id: string): Promise<FirstFactor | undefined> {
    return this.records.read(firstFactorKey(id), firstFactorSchema);
  }

  /** The id of the newest challenge for a subject. That challenge may have been removed. */
  async liveFor(subject: Subject): Promise<string | undefined> {
    return this.records.read(liveKey(subject), stringSchema);
  }

  async byId(id: string): Promise<Challenge | undefined> {
    return this.records.read(challengeKey(id), challengeSchema);
  }

  /** @param ttl - Milliseconds. */
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

  /** Deletes a challenge, and its subject's reference to it, whatever its state. */
  async erase(id: string): Promise<void> {
    const challenge = await this.byId(id);
    if (!challenge) return;
    const isLive = (await this.liveFor(challenge)) === id;
    const keys = [challengeKey(id), ...(isLive ? [liveKey(challenge)] : [])];
    await Promise.all(keys.map((key) => this.records.delete(key)));
  }

  /**
   * Leaves the subject's reference, which then finds nothing: by now it may point at a newer challenge, and
   * deleting it would cost that user another SMS.
   */
  async remove(challenge: Challenge, firstFactor: FirstFactor): Promise<void> {
    await Promise.all(
      [challengeKey(challenge.id), firstFactorKey(firstFactor.id)].map((key) =>
        this.records.delete(key),
      ),
    );
  }
}

const challengeKey = (id: string) => `challenge:${id}`;
const firstFactorKey = (id: string) => `first-factor:${id}`;
const liveKey = (subject: Subject) => `live:${subjectKey(subject)}`;
