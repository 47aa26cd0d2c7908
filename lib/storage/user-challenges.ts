// The challenges of one user, to cancel or erase all of them at once.
import { z } from 'zod';
import { type Challenge, randomId, type Subject, userKey } from '../challenge/challenge.js';
import { Records, stringSchema } from './records.js';
import type { Store } from './storage.js';

type ChallengeOwner = Pick<Subject, 'realm' | 'userId'>;

const idsSchema = z.array(z.string());

/** Beyond this number, the oldest challenges are left to expire. */
const maxListed = 50;

/**
 * A user's epoch and the list of their challenges. A cancellation writes a new epoch, which voids every
 * challenge created under an earlier one: no concurrent write of a challenge can restore it. The list says
 * which records to erase. Two concurrent logins may lose one of its entries; that record then just expires.
 */
export class UserChallenges {
  private readonly records: Records;

  constructor(
    store: Store,
    /** Milliseconds for which a challenge can be found. */
    private readonly retention: number,
  ) {
    this.records = new Records(store);
  }

  /** Undefined before the first cancellation, and again once every challenge from before it has expired. */
  async epochOf(owner: ChallengeOwner): Promise<string | undefined> {
    return this.records.read(epochKey(owner), stringSchema);
  }

  /** Whether a cancellation has happened since the challenge was created. */
  async isCancelled(challenge: Challenge): Promise<boolean> {
    const epoch = await this.epochOf(challenge);
    return epoch !== undefined && epoch !== challenge.epoch;
  }

  async cancel(owner: ChallengeOwner): Promise<void> {
    await this.records.write(epochKey(owner), randomId(), this.retention);
  }

  async listOf(owner: ChallengeOwner): Promise<readonly string[]> {
    return (await this.records.read(listKey(owner), idsSchema)) ?? [];
  }

  async list(challenge: Challenge, known: readonly string[]): Promise<void> {
    const ids = [...known, challenge.id].slice(-maxListed);
    await this.records.write(listKey(challenge), ids, this.retention);
  }

  async forgetList(owner: ChallengeOwner): Promise<void> {
    await this.records.delete(listKey(owner));
  }
}

const epochKey = (owner: ChallengeOwner) => `user-epoch:${userKey(owner)}`;
const listKey = (owner: ChallengeOwner) => `user-challenges:${userKey(owner)}`;
