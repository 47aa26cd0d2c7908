import type { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { type BentLimiter, failedBy } from './database.js';

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

const consumingInTwoSteps: BentLimiter = (works) => ({
  consume: async (key) => {
    const result = await addInTwoSteps(works, key, 1);
    if (result.consumedPoints > works.points) throw result;
    return result;
  },
});

/** The count is right, and what is allowed is not. */
const lookingBeforeCounting: BentLimiter = (works) => ({
  consume: async (key) => {
    const before = (await works.get(key))?.consumedPoints ?? 0;
    const { msBeforeNext } = await works.penalty(key);
    const told = { consumedPoints: before + 1, msBeforeNext };
    if (told.consumedPoints > works.points) throw told;
    return told;
  },
});

/** Works while requests come one after another, and claims are given back by whoever lost. */
const claimingAgain: BentLimiter = (works) => ({
  consume: async (key) => {
    const result = await works.penalty(key);
    if (result.consumedPoints <= works.points) return result;
    if (works.points === 1 && result.consumedPoints === 50) await works.delete(key);
    throw result;
  },
});

describe('A limiter that loses a race fails what it loses, and nothing else', () => {
  it.each<[string, BentLimiter, readonly string[]]>([
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
    expect(await failedBy({ limiter })).toEqual(failed.toSorted());
  });
});
