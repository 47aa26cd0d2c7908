import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../lib/errors.js';
import { Counter } from '../../../lib/limits/counter.js';
import { memoryLimiter } from '../../../lib/limits/memory.js';
import { stopClock } from '../../fixtures/clock.js';
import { type BentMethods, bentLimiter } from '../../fixtures/limits.js';
import { thrownBy } from '../../fixtures/thrown.js';

const options = { keyPrefix: 'test:tries', points: 2, duration: 60 };

const counter = () => new Counter(memoryLimiter(), options);
const bentCounter = (bent: BentMethods) => new Counter(bentLimiter(bent), options);

const unused = { used: 0, remaining: 2, within: true, retryAfter: undefined };

describe('A counter', () => {
  it('counts each key up to its limit, and says by how much and for how long', async () => {
    stopClock();
    const tries = counter();
    expect(await tries.count('a')).toEqual({ used: 1, remaining: 1, within: true, retryAfter: 60 });
    expect(await tries.count('a')).toEqual({ used: 2, remaining: 0, within: true, retryAfter: 60 });
    expect(await tries.count('a')).toEqual({
      used: 3,
      remaining: 0,
      within: false,
      retryAfter: 60,
    });
    expect(await tries.read('b')).toEqual(unused);
  });

  it('reads without counting', async () => {
    stopClock();
    const tries = counter();
    await tries.count('a');
    const seen = { used: 1, remaining: 1, within: true, retryAfter: 60 };
    expect(await tries.read('a')).toEqual(seen);
    expect(await tries.read('a')).toEqual(seen);
  });

  it('forgets a key when its time is over, however late the timer of the limiter is', async () => {
    const clock = stopClock();
    const tries = counter();
    await tries.count('a');
    clock.advance(59_999);
    expect(await tries.read('a')).toMatchObject({ used: 1, retryAfter: 1 });
    clock.advance(1);
    expect(await tries.read('a')).toEqual(unused);
    expect(await tries.count('a')).toMatchObject({ used: 1, retryAfter: 60 });
  });

  it('never forgets where its duration is 0', async () => {
    const clock = stopClock();
    const tries = new Counter(memoryLimiter(), { ...options, duration: 0 });
    await tries.count('a');
    clock.advance(10 ** 12);
    expect(await tries.read('a')).toEqual({
      used: 1,
      remaining: 1,
      within: true,
      retryAfter: undefined,
    });
  });

  it('counts beyond its limit when it is told to', async () => {
    const tries = counter();
    await tries.add('a');
    await tries.add('a');
    expect(await tries.add('a')).toMatchObject({ used: 3, remaining: 0, within: false });
  });

  it('takes one back', async () => {
    const tries = counter();
    await tries.count('a');
    await tries.count('a');
    await tries.takeBack('a');
    expect(await tries.read('a')).toMatchObject({ used: 1, remaining: 1 });
  });

  it('blocks a key for as long as it is told', async () => {
    stopClock();
    const tries = counter();
    await tries.block('a', 900);
    expect(await tries.read('a')).toMatchObject({ remaining: 0, within: false, retryAfter: 900 });
    expect(await tries.count('a')).toMatchObject({ within: false, retryAfter: 900 });
  });

  it('clears one key and no other', async () => {
    const tries = counter();
    await tries.count('a');
    await tries.count('b');
    await tries.clear('a');
    expect(await tries.read('a')).toEqual(unused);
    expect(await tries.read('b')).toMatchObject({ used: 1 });
  });
});

describe('A limiter that resolves where it should reject', () => {
  it('opens nothing: what it says was consumed counts', async () => {
    const tries = bentCounter({
      consume: async () => ({ consumedPoints: 3, msBeforeNext: 1000 }),
    });
    expect(await tries.count('a')).toMatchObject({ within: false, remaining: 0 });
  });

  it('that rejects below the limit refuses all the same', async () => {
    const tries = bentCounter({
      consume: () => Promise.reject({ consumedPoints: 1, msBeforeNext: 1000 }),
    });
    expect(await tries.count('a')).toMatchObject({ within: false, retryAfter: 1 });
  });
});

describe('A5: a limiter that fails', () => {
  const down = new Error('ECONNREFUSED');
  const rejecting = () => Promise.reject(down);
  const throwing = () => {
    throw down;
  };
  const ways: readonly [keyof BentMethods, (tries: Counter) => Promise<unknown>][] = [
    ['consume', (tries) => tries.count('a')],
    ['penalty', (tries) => tries.add('a')],
    ['get', (tries) => tries.read('a')],
    ['reward', (tries) => tries.takeBack('a')],
    ['block', (tries) => tries.block('a', 1)],
    ['delete', (tries) => tries.clear('a')],
  ];

  it.each(ways)('is an error with its cause when %s rejects', async (method, act) => {
    const error = await thrownBy(StoreError, () => act(bentCounter({ [method]: rejecting })));
    expect(error.code).toBe('limiter_failed');
    expect(error.cause).toBe(down);
  });

  it.each(ways)('is an error with its cause when %s throws', async (method, act) => {
    const error = await thrownBy(StoreError, () => act(bentCounter({ [method]: throwing })));
    expect(error.code).toBe('limiter_failed');
    expect(error.cause).toBe(down);
  });
});

describe('A5: an answer that is no count', () => {
  const garbage: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['a text', 'OK'],
    ['true', true],
    ['a number', 1],
    ['an empty object', {}],
    ['no time', { consumedPoints: 1 }],
    ['a time that is a text', { consumedPoints: 1, msBeforeNext: '1000' }],
    ['no points', { msBeforeNext: 1000 }],
    ['points that are a text', { consumedPoints: '1', msBeforeNext: 1000 }],
    ['points that are not a number', { consumedPoints: Number.NaN, msBeforeNext: 1000 }],
    ['an endless time', { consumedPoints: 1, msBeforeNext: Number.POSITIVE_INFINITY }],
  ];

  it.each(garbage)('is an error when it is counted: %s', async (_what, answer) => {
    const tries = bentCounter({ consume: async () => answer });
    await expect(tries.count('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it.each(garbage)('is an error when it is a refusal: %s', async (_what, answer) => {
    const tries = bentCounter({ consume: () => Promise.reject(answer) });
    await expect(tries.count('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it.each(garbage)('is an error when it is read: %s', async (_what, answer) => {
    const tries = bentCounter({ get: async () => answer });
    await expect(tries.read('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it.fails('says so itself, and is not the cause of itself', async () => {
    const tries = bentCounter({ get: async () => 'OK' });
    const error = await thrownBy(StoreError, () => tries.read('a'));
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it.fails('is an error when consuming gives null, which means "no such key" to a read alone', async () => {
    const tries = bentCounter({ consume: async () => null });
    await expect(tries.count('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it.fails('is an error when a read is refused with null', async () => {
    const tries = bentCounter({ get: () => Promise.reject(null) });
    await expect(tries.read('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });
});

describe('A key that nobody has counted', () => {
  it.fails('earns nothing by being taken back', async () => {
    const tries = counter();
    await tries.takeBack('a');
    expect(await tries.read('a')).toMatchObject({ remaining: 2 });
    expect(await tries.count('a')).toMatchObject({ remaining: 1 });
  });
});

describe('A limiter of its own', () => {
  it('is asked for with our options, and counts under them', async () => {
    const made: unknown[] = [];
    const tries = new Counter((asked) => {
      made.push(asked);
      return new RateLimiterMemory({ ...asked });
    }, options);
    expect(made).toEqual([options]);
    expect(await tries.count('a')).toMatchObject({ used: 1 });
  });
});
