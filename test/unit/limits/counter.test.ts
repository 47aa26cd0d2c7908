import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { Counter } from '../../../lib/limits/counter.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { stopClock } from '../../fixtures/clock.js';

const options = { keyPrefix: 'test:tries', points: 2, duration: 60 };

const counter = () => new Counter(memoryLimiter(), options);

const unused = { used: 0, remaining: 2, within: true, retryAfter: undefined };

describe('A counter', () => {
  it('counts each key up to its limit, and returns what remains and when it expires', async () => {
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

  it('treats a key as expired on time, even if the timer of the limiter is late', async () => {
    const clock = stopClock();
    const tries = counter();
    await tries.count('a');
    clock.advance(59_999);
    expect(await tries.read('a')).toMatchObject({ used: 1, retryAfter: 1 });
    clock.advance(1);
    expect(await tries.read('a')).toEqual(unused);
    expect(await tries.count('a')).toMatchObject({ used: 1, retryAfter: 60 });
  });

  it('keeps a key without expiry if its duration is 0', async () => {
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

  it('adds beyond its limit', async () => {
    const tries = counter();
    await tries.add('a');
    await tries.add('a');
    expect(await tries.add('a')).toMatchObject({ used: 3, remaining: 0, within: false });
  });

  it('takes back one', async () => {
    const tries = counter();
    await tries.count('a');
    await tries.count('a');
    await tries.takeBack('a');
    expect(await tries.read('a')).toMatchObject({ used: 1, remaining: 1 });
  });

  it('blocks a key for the given seconds', async () => {
    stopClock();
    const tries = new Counter(memoryLimiter(), options, 900);
    await tries.block('a', 900);
    expect(await tries.read('a')).toMatchObject({ remaining: 0, within: false, retryAfter: 900 });
    expect(await tries.count('a')).toMatchObject({ within: false, retryAfter: 900 });
  });

  it('treats a key that a limiter still returns after its duration as expired', async () => {
    const real = memoryLimiter()(options);
    const get = async () => ({ consumedPoints: 2, msBeforeNext: 0 });
    const tries = new Counter(() => Object.assign(Object.create(real), { get }), options);
    expect(await tries.read('a')).toEqual(unused);
  });

  it('reports any wait for a key without expiry', async () => {
    const lasting = { ...options, duration: 0 };
    const real = memoryLimiter()(lasting);
    const get = async () => ({ consumedPoints: 2, msBeforeNext: 90_000 });
    const tries = new Counter(() => Object.assign(Object.create(real), { get }), lasting);
    expect((await tries.read('a')).retryAfter).toBe(90);
  });

  it('F8: reports no longer wait than its duration, even if a clock was set back', async () => {
    const clock = stopClock();
    const year = 365 * 86_400_000;
    const real = memoryLimiter()(options);
    const late = async () => ({ consumedPoints: 3, msBeforeNext: year });
    const tries = new Counter(() => Object.assign(Object.create(real), { consume: late }), options);
    clock.advance(-year);
    expect((await tries.count('a')).retryAfter).toBe(60);
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

describe.each<[string, () => Counter]>([
  ['ours', counter],
  [
    'one of rate-limiter-flexible, without takeBack',
    () => new Counter((asked) => new RateLimiterMemory({ ...asked }), options),
  ],
])('What a counter takes back, by a limiter that is %s', (_whose, someCounter) => {
  it('is at most what was counted', async () => {
    const tries = someCounter();
    for (let time = 0; time < 3; time += 1) await tries.count('a');
    expect(await tries.takeBack('a', 0)).toBe(0);
    expect(await tries.takeBack('a', 2)).toBe(2);
    expect(await tries.read('a')).toMatchObject({ used: 1 });
    expect(await tries.takeBack('a', 2)).toBe(1);
    expect(await tries.read('a')).toMatchObject({ used: 0 });
  });

  it('is nothing of a missing key, which gets no extra count', async () => {
    const tries = someCounter();
    expect(await tries.takeBack('a')).toBe(0);
    await Promise.all(Array.from({ length: 5 }, () => tries.takeBack('a')));
    expect(await tries.count('a')).toMatchObject({ used: 1, remaining: 1 });
  });
});

describe('The limiter of a counter', () => {
  it('is created with the options of the counter', async () => {
    const made: unknown[] = [];
    const tries = new Counter((asked) => {
      made.push(asked);
      return new RateLimiterMemory({ ...asked });
    }, options);
    expect(made).toEqual([options]);
    expect(await tries.count('a')).toMatchObject({ used: 1 });
  });
});
