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

/** What a subject's record says of its newest challenge. */
export interface LiveReference {
  readonly id: string;
  /** Whether the challenge cannot be answered any more. */
  readonly isClosed: boolean;
}

export class PendingChallenges {
  private readonly records: Records;

  constructor(
    store: Store,
    /** Milliseconds for which a first factor is valid. */
    private readonly firstFactorMaxAge: number,
  ) {
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

  /** The newest challenge for a subject. Its record may have been removed, even if it is not closed. */
  async liveFor(subject: Subject): Promise<LiveReference | undefined> {
    const [id, closed] = await Promise.all(
      [liveKey(subject), closedKey(subject)].map((key) => this.records.read(key, stringSchema)),
    );
    return id === undefined ? undefined : { id, isClosed: id === closed };
  }

  async byId(id: string): Promise<Challenge | undefined> {
    return this.records.read(challengeKey(id), challengeSchema);
  }

  /** Adds a challenge that only its handle finds. */
  async add(challenge: Challenge, firstFactor: FirstFactor): Promise<void> {
    const ttl = this.timeToLive(challenge);
    const writes = [
      this.update(challenge),
      this.records.write(firstFactorKey(firstFactor.id), firstFactor, ttl),
    ];
    // Even if one fails, so that none of them follows the write that undoes both.
    await Promise.allSettled(writes);
    await Promise.all(writes);
  }

  /** Lets every client with this subject find the challenge. */
  async makeLive(challenge: Challenge): Promise<void> {
    await this.records.write(liveKey(challenge), challenge.id, this.timeToLive(challenge));
  }

  async addFirstFactor(firstFactor: FirstFactor): Promise<void> {
    const ttl = this.firstFactorMaxAge * 2;
    await this.records.write(firstFactorKey(firstFactor.id), firstFactor, ttl);
  }

  async update(challenge: Challenge): Promise<void> {
    await this.records.write(challengeKey(challenge.id), challenge, this.timeToLive(challenge));
  }

  /**
   * Milliseconds for which a challenge's records are kept: beyond its expiry, so that a late client gets
   * `challenge_expired` and can resend.
   */
  timeToLive({ expiresAt }: Challenge): number {
    return Math.max(expiresAt - Date.now(), 0) + this.firstFactorMaxAge;
  }

  /** Deletes a challenge, and its subject's reference to it, whatever its state. */
  async erase(id: string): Promise<void> {
    const challenge = await this.byId(id);
    if (!challenge) return;
    const isLive = (await this.liveFor(challenge))?.id === id;
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

  /**
   * Records that the challenge cannot be answered any more, so that the next login need not look for it. If an
   * attempt is given back afterwards, only clients that hold its handle can make it.
   */
  async close(challenge: Challenge): Promise<void> {
    await this.records.write(closedKey(challenge), challenge.id, this.timeToLive(challenge));
  }
}

const challengeKey = (id: string) => `challenge:${id}`;
const firstFactorKey = (id: string) => `first-factor:${id}`;
const liveKey = (subject: Subject) => `live:${subjectKey(subject)}`;
const closedKey = (subject: Subject) => `closed:${subjectKey(subject)}`;
