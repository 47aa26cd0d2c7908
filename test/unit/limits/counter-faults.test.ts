import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../lib/errors.js';
import { Counter } from '../../../lib/limits/counter.js';
import { limiterWith, type OverriddenMethods } from '../../fixtures/limits.js';
import { thrownBy } from '../../fixtures/thrown.js';

const options = { keyPrefix: 'test:tries', points: 2, duration: 60 };

const counterWith = (methods: OverriddenMethods) => new Counter(limiterWith(methods), options);

describe('A limiter that resolves where it should reject', () => {
  it('allows nothing more: the consumed points are compared with the limit', async () => {
    const tries = counterWith({
      consume: async () => ({ consumedPoints: 3, msBeforeNext: 1000 }),
    });
    expect(await tries.count('a')).toMatchObject({ within: false, remaining: 0 });
  });

  it('and rejects below the limit is a refusal all the same', async () => {
    const tries = counterWith({
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
  const ways: readonly [keyof OverriddenMethods, (tries: Counter) => Promise<unknown>][] = [
    ['consume', (tries) => tries.count('a')],
    ['penalty', (tries) => tries.add('a')],
    ['get', (tries) => tries.read('a')],
    ['takeBack', (tries) => tries.takeBack('a')],
    ['block', (tries) => tries.block('a', 1)],
    ['delete', (tries) => tries.clear('a')],
  ];

  it.each(ways)('is an error with its cause when %s rejects', async (method, act) => {
    const error = await thrownBy(StoreError, () => act(counterWith({ [method]: rejecting })));
    expect(error.code).toBe('limiter_failed');
    expect(error.cause).toMatchObject({ message: down.message });
  });

  it('is an error when reward rejects and there is no takeBack', async () => {
    const tries = counterWith({ takeBack: undefined, reward: rejecting });
    await expect(tries.takeBack('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it.each(ways)('is an error with its cause when %s throws', async (method, act) => {
    const error = await thrownBy(StoreError, () => act(counterWith({ [method]: throwing })));
    expect(error.code).toBe('limiter_failed');
    expect(error.cause).toMatchObject({ message: down.message });
  });
});

describe('Taking back what was counted', () => {
  it('is one call of the limiter', async () => {
    const tries = counterWith({ penalty: () => Promise.reject(new Error('ECONNREFUSED')) });
    await tries.count('a');
    await tries.takeBack('a');
    expect(await tries.read('a')).toMatchObject({ used: 0 });
  });
});

describe('A5: a takeBack result that is no number of points', () => {
  it.each([[undefined], ['1'], [Number.NaN], [-1]])('is an error: %j', async (answer) => {
    const tries = counterWith({ takeBack: async () => answer });
    await expect(tries.takeBack('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });
});

describe('A rejection that is neither a result nor an Error', () => {
  it.each([['down'], [3], [null], [undefined]])('is an error: %j', async (thrown) => {
    const fail = () => Promise.reject(thrown);
    const tries = counterWith({ takeBack: fail, delete: fail });
    await expect(tries.takeBack('a')).rejects.toMatchObject({ code: 'limiter_failed' });
    await expect(tries.clear('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });
});

describe('A5: a result that is no count', () => {
  const garbage: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['a string', 'OK'],
    ['true', true],
    ['a number', 1],
    ['an empty object', {}],
    ['no time', { consumedPoints: 1 }],
    ['a time that is a string', { consumedPoints: 1, msBeforeNext: '1000' }],
    ['no points', { msBeforeNext: 1000 }],
    ['points that are a string', { consumedPoints: '1', msBeforeNext: 1000 }],
    ['points that are not a number', { consumedPoints: Number.NaN, msBeforeNext: 1000 }],
    ['an endless time', { consumedPoints: 1, msBeforeNext: Number.POSITIVE_INFINITY }],
  ];

  it.each(garbage)('is an error when it resolves a consume: %s', async (_what, answer) => {
    const tries = counterWith({ consume: async () => answer });
    await expect(tries.count('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it.each(garbage)('is an error when it rejects a consume: %s', async (_what, answer) => {
    const tries = counterWith({ consume: () => Promise.reject(answer) });
    await expect(tries.count('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it.each(garbage)('is an error when it resolves a get: %s', async (_what, answer) => {
    const tries = counterWith({ get: async () => answer });
    await expect(tries.read('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it('is reported once, without a second limiter_failed as its cause', async () => {
    const tries = counterWith({ get: async () => 'OK' });
    const error = await thrownBy(StoreError, () => tries.read('a'));
    expect(error.cause).toMatchObject({ name: 'TypeError' });
  });

  it('is an error if a consume resolves with null, which means a missing key only to a get', async () => {
    const tries = counterWith({ consume: async () => null });
    await expect(tries.count('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });

  it('is an error if a get rejects with null', async () => {
    const tries = counterWith({ get: () => Promise.reject(null) });
    await expect(tries.read('a')).rejects.toMatchObject({ code: 'limiter_failed' });
  });
});
