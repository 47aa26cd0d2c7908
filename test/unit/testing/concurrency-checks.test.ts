import type { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../lib/index.js';
import {
  Database,
  failedChecks,
  failuresOnFakeClock,
  type LimiterOverrides,
  type StoreOverrides,
} from './database.js';

const consumes = 'limiter: counts each of 50 parallel consumes';
const points = 'limiter: allows exactly its points of 50 parallel consumes';
const claim = 'limiter: grants a claim to one of 50 parallel consumes, and never again';
const bothWays = 'limiter: loses none of 50 parallel penalties and rewards';

/** Reads, waits and writes, which overwrites what is counted in between. */
async function addInTwoSteps(working: RateLimiterMemory, key: string, added: number) {
  const { consumedPoints: before = 0, msBeforeNext = working.msDuration } =
    (await working.get(key)) ?? {};
  await Promise.resolve();
  return working.set(key, before + added, Math.max(msBeforeNext, 0) / 1000);
}

const nonAtomicConsume: LimiterOverrides = (working) => ({
  consume: async (key) => {
    const result = await addInTwoSteps(working, key, 1);
    if (result.consumedPoints > working.points) throw result;
    return result;
  },
});

/** Counts correctly, but allows too much. */
const checkBeforeCount: LimiterOverrides = (working) => ({
  consume: async (key) => {
    const before = (await working.get(key))?.consumedPoints ?? 0;
    const { msBeforeNext } = await working.penalty(key);
    const result = { consumedPoints: before + 1, msBeforeNext };
    if (result.consumedPoints > working.points) throw result;
    return result;
  },
});

/** Releases a claim once all parallel calls are over. */
const reclaimable: LimiterOverrides = (working) => ({
  consume: async (key) => {
    const result = await working.penalty(key);
    if (result.consumedPoints <= working.points) return result;
    if (working.points === 1 && result.consumedPoints === 50) await working.delete(key);
    throw result;
  },
});

/** As RateLimiterMongo 11.4, whose parallel first counts without expiry replace each other. */
const replacingFirstCount: LimiterOverrides = (working, { duration }) => ({
  consume: async (key) => {
    const isFirst = duration === 0 && (await working.get(key)) === null;
    await Promise.resolve();
    return isFirst ? working.set(key, 1, 0) : working.consume(key);
  },
});

const takingBackInTwoSteps: LimiterOverrides = (working) => ({
  takeBack: async (key, points) => {
    const used = (await working.get(key))?.consumedPoints ?? 0;
    if (used > points) await addInTwoSteps(working, key, -points);
    else await working.delete(key);
    return Math.min(used, points);
  },
});

describe('The race checks', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['a consume that reads and then writes', nonAtomicConsume, [consumes, points, claim]],
    ['a consume that checks and then counts', checkBeforeCount, [points, claim]],
    ['a claim that is granted again later', reclaimable, [claim]],
    ['a consume that is not atomic without expiry', replacingFirstCount, [consumes]],
    ['a takeBack that reads and then writes', takingBackInTwoSteps, [bothWays]],
    [
      'a reward that reads and then writes',
      (working) => ({ reward: (key) => addInTwoSteps(working, key, -1) }),
      [bothWays],
    ],
    [
      'a penalty that reads and then writes',
      (working) => ({ penalty: (key, added = 1) => addInTwoSteps(working, key, added) }),
      [bothWays],
    ],
  ])('detect %s, without other failures', async (_, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const written = 'two processes: each reads what the other sets or deletes at once';
const seen = 'two processes: each sees at once what the other counts';
const consumesAcross = 'two processes: count 50 parallel consumes exactly';
const claimAcross = 'two processes: grant a claim to one of 50 parallel consumes';
const freed = 'two processes: each applies what the other blocks or deletes at once';

/** The names of the failed checks across processes. */
async function failedAcross(here: Storage, there: Storage): Promise<readonly string[]> {
  const failures = await failuresOnFakeClock({
    storage: () => here,
    anotherStorage: () => there,
    failingStorage: null,
  });
  return [...failures.keys()].filter((name) => name.startsWith('two processes')).toSorted();
}

/** Caches values in the process. */
const caching: StoreOverrides = (working) => {
  const cache = new Map<string, unknown>();
  return {
    get: async (key) => cache.get(key) ?? (await working.get(key)),
    set: (key, value, ttl) => {
      cache.set(key, value);
      return working.set(key, value, ttl);
    },
  };
};

/** Refuses exhausted keys without a query, as with `inMemoryBlockOnConsumed`. */
const blockingInMemory: LimiterOverrides = (working) => {
  const refused = new Set<string>();
  return {
    consume: async (key) => {
      if (refused.has(key)) throw { consumedPoints: 0, msBeforeNext: 1000 };
      return working.consume(key).catch((result) => {
        refused.add(key);
        throw result;
      });
    },
  };
};

/** Counts in the process, and adds to the database afterwards. */
const writingBehind: LimiterOverrides = (working) => {
  const own = new Map<string, number>();
  return {
    consume: async (key) => {
      const consumedPoints = (own.get(key) ?? 0) + 1;
      own.set(key, consumedPoints);
      await working.penalty(key);
      const result = { consumedPoints, msBeforeNext: 1000 };
      if (consumedPoints > working.points) throw result;
      return result;
    },
  };
};

describe('The checks across processes', () => {
  it('pass if both processes share one storage', async () => {
    const database = new Database();
    expect(await failedAcross(database.storage(), database.storage())).toEqual([]);
  });

  it('all fail if each process has its own storage', async () => {
    const [here, there] = [new Database().storage(), new Database().storage()];
    expect(await failedAcross(here, there)).toEqual(
      [written, seen, consumesAcross, claimAcross, freed].toSorted(),
    );
  });

  it.each([
    ['separate stores', 'store', [written]],
    ['separate limiters', 'limiter', [seen, consumesAcross, claimAcross, freed]],
  ] as const)('detect %s, without other failures', async (_, half, failed) => {
    const database = new Database();
    const there = { ...database.storage(), [half]: new Database().storage()[half] };
    expect(await failedAcross(database.storage(), there)).toEqual(failed.toSorted());
  });

  it.each([
    ['a store with a cache in the process', { store: caching }, [written]],
    ['a limiter that blocks in memory', { limiter: blockingInMemory }, [freed]],
    [
      'a limiter that writes behind',
      { limiter: writingBehind },
      [consumesAcross, claimAcross, freed],
    ],
  ])('detect %s, without other failures', async (_, overrides, failed) => {
    const database = new Database();
    expect(await failedAcross(database.storage(), database.storage(overrides))).toEqual(
      failed.toSorted(),
    );
  });
});
