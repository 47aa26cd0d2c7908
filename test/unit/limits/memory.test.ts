import { describe, expect, it } from 'vitest';
import { memoryLimiter } from '../../../lib/limits/memory.js';

const options = { keyPrefix: 'tries', points: 5, duration: 60 };

describe('Limiters in memory', () => {
  it('count together where they are asked for the same', async () => {
    const make = memoryLimiter();
    await make(options).consume('alice');
    expect(await make({ ...options }).consume('alice')).toMatchObject({ consumedPoints: 2 });
  });

  it.each([
    ['prefix', { keyPrefix: 'sends' }],
    ['limit', { points: 6 }],
    ['duration', { duration: 61 }],
  ])('count apart for another %s', async (_what, other) => {
    const make = memoryLimiter();
    await make(options).consume('alice');
    expect(await make({ ...options, ...other }).get('alice')).toBeNull();
  });

  it('count apart in another memory', async () => {
    await memoryLimiter()(options).consume('alice');
    expect(await memoryLimiter()(options).get('alice')).toBeNull();
  });
});
