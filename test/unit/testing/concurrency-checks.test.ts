import type { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../lib/index.js';
import { memoryConformance } from '../../../lib/testing/index.js';
import {
  Database,
  failedChecks,
  failuresOnFakeClock,
  type LimiterOverrides,
  type StoreOverrides,
} from './database.js';

const consumes = 'limiter: loses none of 50 consumes at once';
const points = 'limiter: allows exactly the points of 50 consumes at once';
const claim = 'limiter: a claim is had once of 50 at once, and never again';
const bothWays = 'limiter: loses none of 50 penalties and rewards at once';

/** Reads, waits and writes: what others count in between is overwritten. */
async function addInTwoSteps(works: RateLimiterMemory, key: string, added: number) {
  const { consumedPoints: before = 0, msBeforeNext = works.msDuration } =
    (await works.get(key)) ?? {};
  await Promise.resolve();
  return works.set(key, before + added, Math.max(msBeforeNext, 0) / 1000);
}

const consumingInTwoSteps: LimiterOverrides = (works) => ({
  consume: async (key) => {
    const result = await addInTwoSteps(works, key, 1);
    if (result.consumedPoints > works.points) throw result;
    return result;
  },
});

/** The count is right, and what is allowed is not. */
const lookingBeforeCounting: LimiterOverrides = (works) => ({
  consume: async (key) => {
    const before = (await works.get(key))?.consumedPoints ?? 0;
    const { msBeforeNext } = await works.penalty(key);
    const told = { consumedPoints: before + 1, msBeforeNext };
    if (told.consumedPoints > works.points) throw told;
    return told;
  },
});

/** Works while requests come one after another, and claims are given back by whoever lost. */
const claimingAgain: LimiterOverrides = (works) => ({
  consume: async (key) => {
    const result = await works.penalty(key);
    if (result.consumedPoints <= works.points) return result;
    if (works.points === 1 && result.consumedPoints === 50) await works.delete(key);
    throw result;
  },
});

describe('A limiter that loses a race fails what it loses, and nothing else', () => {
  it.each<[string, LimiterOverrides, readonly string[]]>([
    ['it reads, and then writes', consumingInTwoSteps, [consumes, points, claim]],
    ['it looks, and then counts', lookingBeforeCounting, [points, claim]],
    ['it gives a claim away once more', claimingAgain, [claim]],
    [
      'it takes back in two steps',
      (works) => ({ reward: (key) => addInTwoSteps(works, key, -1) }),
      [bothWays],
    ],
    [
      'it penalises in two steps',
      (works) => ({ penalty: (key, added = 1) => addInTwoSteps(works, key, added) }),
      [bothWays],
    ],
  ])('%s', async (_how, limiter, failed) => {
    expect(await failedChecks({ limiter })).toEqual(failed.toSorted());
  });
});

const written = 'two processes: what one writes or deletes the other sees at once';
const consumesAcross = 'two processes: 50 consumes at once over both count exactly';
const claimAcross = 'two processes: a claim is had once of 50 at once over both';
const freed = 'two processes: what one blocks or frees the other sees at once';

/** What of the checks across processes fails. */
async function failedAcross(here: Storage, there: Storage): Promise<readonly string[]> {
  const failures = await failuresOnFakeClock({ memory: () => here, anotherMemory: () => there });
  return [...failures.keys()].filter((name) => name.startsWith('two processes')).toSorted();
}

/** Remembers what it read or wrote. */
const caching: StoreOverrides = (works) => {
  const cache = new Map<string, unknown>();
  return {
    get: async (key) => cache.get(key) ?? (await works.get(key)),
    set: (key, value, ttl) => {
      cache.set(key, value);
      return works.set(key, value, ttl);
    },
  };
};

/** Keys that are used up are refused without asking, as with `inMemoryBlockOnConsumed`. */
const refusingByItself: LimiterOverrides = (works) => {
  const refused = new Set<string>();
  return {
    consume: async (key) => {
      if (refused.has(key)) throw { consumedPoints: 0, msBeforeNext: 1000 };
      return works.consume(key).catch((result) => {
        refused.add(key);
        throw result;
      });
    },
  };
};

/** What this process counted is added to the database later. */
const countingLater: LimiterOverrides = (works) => {
  const own = new Map<string, number>();
  return {
    consume: async (key) => {
      const consumedPoints = (own.get(key) ?? 0) + 1;
      own.set(key, consumedPoints);
      await works.penalty(key);
      const result = { consumedPoints, msBeforeNext: 1000 };
      if (consumedPoints > works.points) throw result;
      return result;
    },
  };
};

describe('Two memories', () => {
  it('pass as one where they are one', async () => {
    const database = new Database();
    expect(await failedAcross(database.memory(), database.memory())).toEqual([]);
  });

  it('fail every check across them where they are two', async () => {
    const [here, there] = [new Database().memory(), new Database().memory()];
    expect(await failedAcross(here, there)).toEqual(
      [written, consumesAcross, claimAcross, freed].toSorted(),
    );
  });

  it.each([
    ['their stores are two', 'store', [written]],
    ['their counters are two', 'limiter', [consumesAcross, claimAcross, freed]],
  ] as const)('fail what is not shared where %s', async (_how, half, failed) => {
    const database = new Database();
    const there = { ...database.memory(), [half]: new Database().memory()[half] };
    expect(await failedAcross(database.memory(), there)).toEqual(failed.toSorted());
  });

  it.each([
    ['one has a cache of its own', { store: caching }, [written]],
    ['one refuses by itself', { limiter: refusingByItself }, [freed]],
    ['one adds up later', { limiter: countingLater }, [consumesAcross, claimAcross, freed]],
  ])('fail what is not shared where %s', async (_how, bends, failed) => {
    const database = new Database();
    expect(await failedAcross(database.memory(), database.memory(bends))).toEqual(
      failed.toSorted(),
    );
  });

  it('are looked at only where both are given', () => {
    const { memory } = { memory: () => new Database().memory() };
    const alone = memoryConformance({ memory }).map(({ name }) => name);
    const both = memoryConformance({ memory, anotherMemory: memory }).map(({ name }) => name);
    expect(both).toEqual([...alone, written, consumesAcross, claimAcross, freed]);
  });
});
