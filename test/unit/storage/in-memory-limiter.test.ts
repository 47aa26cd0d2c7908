import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { timers } from '../../../lib/timers.js';
import { hour, minute, stopClock } from '../../fixtures/clock.js';
import { thrownBy } from '../../fixtures/thrown.js';

const options = { keyPrefix: 'tries', points: 5, duration: 60 };

describe('In-memory limiters', () => {
  it('count together if their options are the same', async () => {
    const make = memoryLimiter();
    await make(options).consume('alice');
    expect(await make({ ...options }).consume('alice')).toMatchObject({ consumedPoints: 2 });
  });

  it('count separately for another prefix', async () => {
    const make = memoryLimiter();
    await make(options).consume('alice');
    expect(await make({ ...options, keyPrefix: 'sends' }).get('alice')).toBeNull();
  });

  it.each([
    ['limit', { points: 6 }],
    ['duration', { duration: 61 }],
  ])(
    'are refused with another %s: two counts of one key would double its limit',
    async (_what, other) => {
      const make = memoryLimiter();
      make(options);
      const error = await thrownBy(ConfigurationError, () => make({ ...options, ...other }));
      expect(error.code).toBe('option_invalid');
      expect(error.hint).toContain('inMemory()');
    },
  );

  it('count separately in another storage', async () => {
    await memoryLimiter()(options).consume('alice');
    expect(await memoryLimiter()(options).get('alice')).toBeNull();
  });
});

describe('An in-memory limiter', () => {
  it('A38: deletes a key with its last point, and loses no parallel count', async () => {
    const limiter = memoryLimiter()(options);
    await limiter.consume('alice');
    await Promise.all([limiter.takeBack?.('alice', 1), limiter.consume('alice')]);
    expect(await limiter.get('alice')).toMatchObject({ consumedPoints: 1 });
    await Promise.all([limiter.consume('alice'), limiter.takeBack?.('alice', 2)]);
    expect(await limiter.get('alice')).toBeNull();
  });

  it('refuses what exceeds its limit, as those of rate-limiter-flexible do, and counts it', () => {
    const limiter = memoryLimiter()({ ...options, points: 1 });
    expect(limiter.consume('alice')).toMatchObject({ consumedPoints: 1 });
    expect(() => limiter.consume('alice')).toThrow(expect.objectContaining({ consumedPoints: 2 }));
  });

  it('rewards a key with the points that it is given, or one', async () => {
    const limiter = memoryLimiter()(options);
    await limiter.penalty('alice', 4);
    expect(await limiter.reward('alice')).toMatchObject({ consumedPoints: 3 });
    expect(await limiter.reward('alice', 2)).toMatchObject({ consumedPoints: 1 });
  });

  it('takes back nothing of a key below zero', async () => {
    const limiter = memoryLimiter()(options);
    await limiter.reward('alice');
    expect(await limiter.takeBack?.('alice', 1)).toBe(0);
    expect(await limiter.get('alice')).toBeNull();
  });

  it('F8: keeps no key for longer when the wall clock is set back', async () => {
    const clock = stopClock();
    const steady = vi.spyOn(performance, 'now').mockReturnValue(0);
    onTestFinished(() => steady.mockRestore());
    const limiter = memoryLimiter()(options);
    await limiter.consume('alice');
    clock.advance(-hour);
    steady.mockReturnValue(minute - 1);
    expect(await limiter.get('alice')).toMatchObject({ consumedPoints: 1 });
    steady.mockReturnValue(minute);
    expect(await limiter.get('alice')).toBeNull();
  });

  it('F35: deletes expired keys every ten minutes, 5,000 at a time, until none is left', async () => {
    const clock = stopClock();
    const sweeps: (() => void)[] = [];
    const real = { ...timers };
    onTestFinished(() => {
      Object.assign(timers, real);
    });
    const due = (sweep: () => void) => {
      sweeps.push(sweep);
      return { unref: () => undefined };
    };
    Object.assign(timers, { setTimeout: due, setImmediate: due });
    const limiter = memoryLimiter()(options);
    for (let key = 0; key < 6_000; key += 1) await limiter.consume(`key ${key}`);
    await limiter.block('kept', 7200);
    const left = async () => {
      const keys = ['key 4999', 'key 5000', 'kept'];
      return Promise.all(keys.map((key) => limiter.delete(key)));
    };
    clock.advance(minute);
    expect(sweeps).toHaveLength(1);
    sweeps.shift()?.();
    expect(sweeps).toHaveLength(1);
    expect(await left()).toEqual([false, true, true]);
    await limiter.block('kept', 7200);
    sweeps.shift()?.();
    // What is still there is looked at again.
    expect(sweeps).toHaveLength(1);
    expect(await limiter.delete('key 5999')).toBe(false);
    clock.advance(3 * hour);
    sweeps.shift()?.();
    expect(sweeps).toHaveLength(0);
    expect(await limiter.delete('kept')).toBe(false);
  });
});
