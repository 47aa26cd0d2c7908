import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../lib/index.js';
import { alone, failuresOnFakeClock, faultyStorage } from './database.js';

const ofStorage = (storage: () => Storage) => failuresOnFakeClock({ storage, ...alone });

const counts = 'limiter: consume counts every call, also beyond the points';

describe('A limiter result that is not a count', () => {
  const invalidResults: readonly [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a string', 'OK'],
    ['no msBeforeNext', { consumedPoints: 1 }],
    ['consumedPoints as a string', { consumedPoints: '1', msBeforeNext: 1000 }],
    ['consumedPoints of NaN', { consumedPoints: Number.NaN, msBeforeNext: 1000 }],
    ['an infinite msBeforeNext', { consumedPoints: 1, msBeforeNext: Number.POSITIVE_INFINITY }],
  ];

  it.each(invalidResults)('is detected when consume resolves to it: %s', async (_, value) => {
    const failures = await ofStorage(() => faultyStorage('limiter', 'consume', async () => value));
    expect(failures.get(counts)?.message).toContain('Actual: consume resolved to ');
  });

  it.each(invalidResults)('is detected when consume rejects with it: %s', async (_, value) => {
    const failures = await ofStorage(() =>
      faultyStorage('limiter', 'consume', () => Promise.reject(value)),
    );
    expect(failures.get(counts)?.message).toContain('Actual: consume rejected with ');
  });

  it('is detected when get resolves to undefined instead of null', async () => {
    const failures = await ofStorage(() => faultyStorage('limiter', 'get', async () => undefined));
    expect(failures.get('limiter: get returns null for an unknown key')?.message).toContain(
      'Actual: get resolved to undefined',
    );
  });

  it('is detected when get rejects with null', async () => {
    const failures = await ofStorage(() =>
      faultyStorage('limiter', 'get', () => Promise.reject(null)),
    );
    expect(failures.get('limiter: get returns null for an unknown key')?.message).toContain(
      'Actual: get rejected with null',
    );
  });
});
