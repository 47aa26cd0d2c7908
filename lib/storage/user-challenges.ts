import { z } from 'zod';
import { type Challenge, randomId, type Subject, userKey } from '../challenge/challenge.js';
import { Records, textSchema } from './records.js';
import type { Store } from './storage.js';

/** Whose challenges these are. */
type ChallengeOwner = Pick<Subject, 'realm' | 'userId'>;

const idsSchema = z.array(z.string());

/** As many of a user's challenges as can be erased at once; of more the oldest are left to their expiry. */
const mostListed = 50;

/**
 * What ends all challenges of a user at once. A cancellation writes a new epoch, and whatever was created
 * under an earlier one is void, whenever it is written: two that write at once cannot bring it back. The
 * list beside it says which records to erase; a list that two logins write at once may lack one, which
 * then ends by its expiry.
 */
export class UserChallenges {
  private readonly records: Records;

  constructor(
    store: Store,
    /** Milliseconds for which a challenge may be found. */
    private readonly retention: number,
  ) {
    this.records = new Records(store);
  }

  /** Undefined until a cancellation; and again when none that lived then can be found. */
  async epochOf(owner: ChallengeOwner): Promise<string | undefined> {
    return this.records.read(epochKey(owner), textSchema);
  }

  /** Whether it was created before a cancellation. */
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
    const ids = [...known, challenge.id].slice(-mostListed);
    await this.records.write(listKey(challenge), ids, this.retention);
  }

  async forgetList(owner: ChallengeOwner): Promise<void> {
    await this.records.delete(listKey(owner));
  }
}

const epochKey = (owner: ChallengeOwner) => `passport-modica-2fa:user-epoch:${userKey(owner)}`;
const listKey = (owner: ChallengeOwner) => `passport-modica-2fa:user-challenges:${userKey(owner)}`;
