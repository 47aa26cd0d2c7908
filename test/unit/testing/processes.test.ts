import { describe, expect, it } from 'vitest';
import type { Memory } from '../../../lib/index.js';
import { memoryConformance } from '../../../lib/testing/index.js';
import { type BentLimiter, type BentStore, Database, failuresInNoTime } from './database.js';

const written = 'two processes: what one writes or deletes the other sees at once';
const consumes = 'two processes: 50 consumes at once over both count exactly';
const claim = 'two processes: a claim is had once of 50 at once over both';
const freed = 'two processes: what one blocks or frees the other sees at once';

/** What of the checks across processes fails. */
async function failedAcross(here: Memory, there: Memory): Promise<readonly string[]> {
  const failures = await failuresInNoTime({ memory: () => here, anotherMemory: () => there });
  return [...failures.keys()].filter((name) => name.startsWith('two processes')).toSorted();
}

/** Remembers what it read or wrote. */
const caching: BentStore = (works) => {
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
const refusingByItself: BentLimiter = (works) => {
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
const countingLater: BentLimiter = (works) => {
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
    expect(await failedAcross(here, there)).toEqual([written, consumes, claim, freed].toSorted());
  });

  it.each([
    ['their stores are two', 'store', [written]],
    ['their counters are two', 'limiter', [consumes, claim, freed]],
  ] as const)('fail what is not shared where %s', async (_how, half, failed) => {
    const database = new Database();
    const there = { ...database.memory(), [half]: new Database().memory()[half] };
    expect(await failedAcross(database.memory(), there)).toEqual(failed.toSorted());
  });

  it.each([
    ['one has a cache of its own', { store: caching }, [written]],
    ['one refuses by itself', { limiter: refusingByItself }, [freed]],
    ['one adds up later', { limiter: countingLater }, [consumes, claim, freed]],
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
    expect(both).toEqual([...alone, written, consumes, claim, freed]);
  });
});
