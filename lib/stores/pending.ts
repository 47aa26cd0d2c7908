import { z } from 'zod';
import {
  type Challenge,
  challengeSchema,
  type FirstFactor,
  firstFactorSchema,
  type Subject,
  subjectKey,
} from '../challenge.js';
import { memoryDeadline, withDeadline } from '../deadline.js';
import { plainCause, StoreError } from '../errors.js';
import type { Pointer } from '../pointer.js';
import type { Store } from './store.js';

/**
 * The pending challenges, by their random id and by what they are for. What comes back from the
 * store is parsed before it is believed; a store that fails or an unreadable record is an error,
 * never an empty answer.
 */
export class PendingChallenges {
  constructor(private readonly store: Store) {}

  async byPointer({ challengeId, firstFactorId }: Pointer): Promise<{
    readonly challenge: Challenge | undefined;
    readonly firstFactor: FirstFactor | undefined;
  }> {
    const [challenge, firstFactor] = await Promise.all([
      this.read(challengeKey(challengeId), challengeSchema),
      this.read(firstFactorKey(firstFactorId), firstFactorSchema),
    ]);
    // The two halves of a pointer belong together: neither opens what the other one is for.
    return firstFactor?.challengeId === challengeId
      ? { challenge, firstFactor }
      : { challenge: undefined, firstFactor: undefined };
  }

  async bySubject(subject: Subject): Promise<Challenge | undefined> {
    const id = await this.read(liveKey(subject), z.string());
    return id === undefined ? undefined : this.read(challengeKey(id), challengeSchema);
  }

  /** A new challenge: findable by what it is for until `forgetAt`. */
  async add(challenge: Challenge, firstFactor: FirstFactor, ttl: number): Promise<void> {
    await Promise.all([
      this.update(challenge, ttl),
      this.attach(firstFactor, ttl),
      this.write(liveKey(challenge), challenge.id, ttl),
    ]);
  }

  async attach(firstFactor: FirstFactor, ttl: number): Promise<void> {
    await this.write(firstFactorKey(firstFactor.id), firstFactor, ttl);
  }

  async update(challenge: Challenge, ttl: number): Promise<void> {
    await this.write(challengeKey(challenge.id), challenge, ttl);
  }

  /**
   * What the challenge is for goes on pointing at it, and finds nothing: by now it may point at a
   * newer one, whose user would get yet another SMS if it were deleted.
   */
  async remove(challenge: Challenge, firstFactor: FirstFactor): Promise<void> {
    await Promise.all(
      [challengeKey(challenge.id), firstFactorKey(firstFactor.id)].map((key) =>
        this.attempt(() => this.store.delete(key)),
      ),
    );
  }

  private async read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const written = await this.attempt(() => this.store.get(key));
    if (written === undefined || written === null) return undefined;
    try {
      return schema.parse(JSON.parse(z.string().parse(written)));
    } catch {
      // The cause is left out on purpose: zod and JSON.parse quote what they could not read, and a
      // record holds a full telephone number.
      throw new StoreError('store_record_unreadable', {
        problem: 'The store gave back a record that this version did not write.',
        cure: 'Keep the keys that begin with "passport-modica-2fa:" for this library alone.',
      });
    }
  }

  private async write(key: string, value: Challenge | FirstFactor | string, ttl: number) {
    await this.attempt(async () => {
      const written = await this.store.set(key, JSON.stringify(value), ttl);
      // Keyv swallows errors unless it is told not to, and says no more than false.
      if (written === false) throw new Error('The store did not write');
    });
  }

  private async attempt<T>(action: () => T): Promise<Awaited<T>> {
    try {
      return await withDeadline(
        memoryDeadline,
        action,
        () => new Error('The store did not answer'),
      );
    } catch (thrown) {
      throw new StoreError('store_failed', {
        problem: 'The store of pending challenges failed.',
        cure: 'Look at the cause; no code is sent or checked until the store answers again.',
        cause: plainCause(thrown),
      });
    }
  }
}

const challengeKey = (id: string) => `passport-modica-2fa:challenge:${id}`;
const firstFactorKey = (id: string) => `passport-modica-2fa:first-factor:${id}`;
const liveKey = (subject: Subject) => `passport-modica-2fa:live:${subjectKey(subject)}`;
