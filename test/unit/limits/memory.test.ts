import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { SetupError } from '../../../lib/errors.js';
import { countsInThisProcess, memoryLimiter } from '../../../lib/limits/memory.js';
import { thrownBy } from '../../fixtures/thrown.js';

const options = { keyPrefix: 'tries', points: 5, duration: 60 };

describe('Limiters in memory', () => {
  it('count together where they are asked for the same', async () => {
    const make = memoryLimiter();
    await make(options).consume('alice');
    expect(await make({ ...options }).consume('alice')).toMatchObject({ consumedPoints: 2 });
  });

  it('count apart for another prefix', async () => {
    const make = memoryLimiter();
    await make(options).consume('alice');
    expect(await make({ ...options, keyPrefix: 'sends' }).get('alice')).toBeNull();
  });

  it.each([
    ['limit', { points: 6 }],
    ['duration', { duration: 61 }],
  ])(
    'are refused by another %s: two counts of one thing are twice the limit',
    async (_what, other) => {
      const make = memoryLimiter();
      make(options);
      const error = await thrownBy(SetupError, () => make({ ...options, ...other }));
      expect(error.code).toBe('option_invalid');
      expect(error.cure).toContain('inMemory()');
    },
  );

  it('count apart in another memory', async () => {
    await memoryLimiter()(options).consume('alice');
    expect(await memoryLimiter()(options).get('alice')).toBeNull();
  });
});

describe('Whether a limiter counts in this process alone', () => {
  it('is told by what it is, and never throws', () => {
    expect(countsInThisProcess(memoryLimiter()(options))).toBe(true);
    // As a minifier names it, in another copy of the package.
    class a extends RateLimiterMemory {}
    expect(countsInThisProcess(new a({ ...options }))).toBe(true);
    // Another version, which keeps its counts elsewhere.
    expect(countsInThisProcess(new (class RateLimiterMemory {})())).toBe(true);
    for (const other of [{ consume: () => {} }, Object.create(null), undefined, null]) {
      expect(countsInThisProcess(other)).toBe(false);
    }
  });
});
