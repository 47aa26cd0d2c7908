import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../lib/errors.js';
import { MemoryStore } from '../../../lib/storage/in-memory.js';
import type { Store } from '../../../lib/storage/storage.js';
import {
  challengesIn,
  firstFactorOf,
  liveIn,
  someChallenge,
  someSubject,
} from '../../fixtures/challenges.js';
import { minute, stopClock } from '../../fixtures/clock.js';
import { closedGate } from '../../fixtures/gate.js';

/** Of a first factor, in {@link challengesIn}. */
const maxAge = 10 * minute;

/** A challenge in a store, and the handle to it. */
async function pendingIn(store: Store) {
  const pending = challengesIn(store);
  const challenge = someChallenge();
  const firstFactor = firstFactorOf(challenge);
  await pending.add(challenge, firstFactor);
  await pending.makeLive(challenge);
  const handle = { challengeId: challenge.id, firstFactorId: firstFactor.id };
  return { pending, challenge, firstFactor, handle };
}

describe.each([
  ['memory', () => new MemoryStore()],
  ['Keyv', () => new Keyv({ throwOnErrors: true })],
])('A pending challenge in %s', (_name, makeStore) => {
  it('is found by its handle and by its subject', async () => {
    const { pending, challenge, firstFactor, handle } = await pendingIn(makeStore());
    expect(await pending.byHandle(handle)).toEqual({ challenge, firstFactor });
    expect(await liveIn(pending, someSubject())).toEqual(challenge);
  });

  it('is not found by another subject', async () => {
    const { pending } = await pendingIn(makeStore());
    expect(await liveIn(pending, someSubject({ userId: 2 }))).toBeUndefined();
  });

  it('is found by every client that passed the first factor', async () => {
    const { pending, challenge } = await pendingIn(makeStore());
    const second = { ...firstFactorOf(challenge), at: challenge.createdAt + minute };
    await pending.addFirstFactor(second);
    const found = await pending.byHandle({
      challengeId: challenge.id,
      firstFactorId: second.id,
    });
    expect(found).toEqual({ challenge, firstFactor: second });
  });

  it('is read as last written', async () => {
    const { pending, challenge, firstFactor, handle } = await pendingIn(makeStore());
    const unknown = { ...challenge, delivery: { state: 'unknown' as const } };
    await pending.update(unknown);
    expect(await pending.byHandle(handle)).toEqual({ challenge: unknown, firstFactor });
  });

  it('is found neither by handle nor by subject once it is removed', async () => {
    const { pending, challenge, firstFactor, handle } = await pendingIn(makeStore());
    await pending.remove(challenge, firstFactor);
    expect(await pending.byHandle(handle)).toEqual({});
    expect(await liveIn(pending, someSubject())).toBeUndefined();
  });

  it('can be removed without hiding a newer one for the same subject', async () => {
    const store = makeStore();
    const older = await pendingIn(store);
    const newer = await pendingIn(store);
    await older.pending.remove(older.challenge, older.firstFactor);
    expect(await liveIn(newer.pending, someSubject())).toEqual(newer.challenge);
  });

  it('is closed for its subject, and does not hide a newer one', async () => {
    const store = makeStore();
    const { pending, challenge, firstFactor, handle } = await pendingIn(store);
    await pending.close(challenge);
    expect(await pending.liveFor(someSubject())).toEqual({ id: challenge.id, isClosed: true });
    expect(await pending.byHandle(handle)).toEqual({ challenge, firstFactor });
    const newer = await pendingIn(store);
    expect(await liveIn(newer.pending, someSubject())).toEqual(newer.challenge);
    await pending.close(challenge);
    expect(await liveIn(newer.pending, someSubject())).toEqual(newer.challenge);
  });

  it('can be erased before it is made live', async () => {
    const pending = challengesIn(makeStore());
    const challenge = someChallenge();
    await pending.add(challenge, firstFactorOf(challenge));
    await pending.erase(challenge.id);
    expect(await pending.byId(challenge.id)).toBeUndefined();
  });

  it('is not found by its subject before it is made live', async () => {
    const pending = challengesIn(makeStore());
    const challenge = someChallenge();
    await pending.add(challenge, firstFactorOf(challenge));
    expect(await pending.liveFor(someSubject())).toBeUndefined();
  });

  it('is erased with its reference, without hiding a newer one for the same subject', async () => {
    const store = makeStore();
    const older = await pendingIn(store);
    const newer = await pendingIn(store);
    await older.pending.erase(older.challenge.id);
    expect(await older.pending.byId(older.challenge.id)).toBeUndefined();
    expect(await liveIn(newer.pending, someSubject())).toEqual(newer.challenge);
    await newer.pending.erase(newer.challenge.id);
    expect(await newer.pending.liveFor(someSubject())).toBeUndefined();
    await newer.pending.erase(newer.challenge.id);
  });

  it('A11: is not found by one id of a handle without the other', async () => {
    const store = makeStore();
    const mine = await pendingIn(store);
    const theirs = await pendingIn(store);
    const mixed = {
      challengeId: theirs.challenge.id,
      firstFactorId: mine.firstFactor.id,
    };
    expect(await mine.pending.byHandle(mixed)).toEqual({});
    const unknown = 'abcdefghijklmnopqrstuv';
    expect(await mine.pending.byHandle({ ...mine.handle, firstFactorId: unknown })).toEqual({});
    expect(await mine.pending.byHandle({ ...mine.handle, challengeId: unknown })).toEqual({});
  });
});

describe('A pending challenge in Keyv', () => {
  it('expires', async () => {
    const clock = stopClock();
    const { pending, challenge, handle } = await pendingIn(new Keyv({ throwOnErrors: true }));
    clock.advance(pending.timeToLive(challenge) + 1);
    expect(await pending.byHandle(handle)).toEqual({});
    expect(await liveIn(pending, someSubject())).toBeUndefined();
  });
});

describe('The records of a pending challenge', () => {
  it.each([
    ['that has five minutes left', 5 * minute, 5 * minute],
    ['that has expired', -5 * minute, 0],
  ])(
    'are kept for the age of a first factor beyond its expiry: one %s',
    (_which, left, counted) => {
      stopClock();
      const challenge = someChallenge({ expiresAt: Date.now() + left });
      expect(challengesIn(new MemoryStore()).timeToLive(challenge)).toBe(counted + maxAge);
    },
  );

  it('are found from another session until its first factor is twice as old as it may be', async () => {
    const clock = stopClock();
    const { pending, challenge } = await pendingIn(new Keyv({ throwOnErrors: true }));
    const another = firstFactorOf(challenge);
    await pending.addFirstFactor(another);
    clock.advance(2 * maxAge);
    expect(await pending.firstFactor(another.id)).toEqual(another);
    clock.advance(1);
    expect(await pending.firstFactor(another.id)).toBeUndefined();
  });
});

describe('A pending challenge that can be written only in part', () => {
  it('is not written after the failure, which would follow its removal', async () => {
    const { opened, open } = closedGate();
    const written: string[] = [];
    const pending = challengesIn({
      get: () => undefined,
      set: async (key) => {
        if (key.includes(':first-factor:')) throw new Error('CLUSTERDOWN');
        await opened;
        written.push(key);
      },
      delete: () => undefined,
    });
    const challenge = someChallenge();
    setTimeout(open, 20);
    await expect(pending.add(challenge, firstFactorOf(challenge))).rejects.toThrow(StoreError);
    expect(written).toHaveLength(1);
  });
});

describe('A pending challenge whose record is gone', () => {
  it('is missing, even if the store returns null', async () => {
    const { pending, challenge, handle } = await pendingIn({
      get: () => null,
      set: () => undefined,
      delete: () => undefined,
    });
    expect(await pending.byHandle(handle)).toEqual({});
    expect(await liveIn(pending, challenge)).toBeUndefined();
  });

  it('costs two reads if its subject has no reference', async () => {
    const asked: string[] = [];
    const pending = challengesIn({
      get: (key) => void asked.push(key),
      set: () => undefined,
      delete: () => undefined,
    });
    expect(await liveIn(pending, someSubject())).toBeUndefined();
    expect(asked).toEqual([
      expect.stringMatching(/^passport-modica-2fa:live:/),
      expect.stringMatching(/^passport-modica-2fa:closed:/),
    ]);
  });

  it('is missing, even if its subject still refers to it', async () => {
    const store = new MemoryStore();
    const { pending, challenge } = await pendingIn(store);
    store.delete(`passport-modica-2fa:challenge:${challenge.id}`);
    expect(await liveIn(pending, challenge)).toBeUndefined();
  });
});
