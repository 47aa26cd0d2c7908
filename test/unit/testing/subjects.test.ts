import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../lib/index.js';
import { failuresOnFakeClock, faultyMemory } from './database.js';

const ofMemory = (memory: () => Storage) => failuresOnFakeClock({ memory });

const counts = 'limiter: counts each consume, those beyond the points too';

describe('What is no count', () => {
  const garbage: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'OK'],
    ['no time', { consumedPoints: 1 }],
    ['points that are a text', { consumedPoints: '1', msBeforeNext: 1000 }],
    ['points that are not a number', { consumedPoints: Number.NaN, msBeforeNext: 1000 }],
    ['an endless time', { consumedPoints: 1, msBeforeNext: Number.POSITIVE_INFINITY }],
  ];

  it.each(garbage)('is found where consume resolves with it: %s', async (_what, value) => {
    const failures = await ofMemory(() => faultyMemory('limiter', 'consume', async () => value));
    expect(failures.get(counts)?.message).toContain('Seen: consume gave ');
  });

  it.each(garbage)('is found where consume rejects with it: %s', async (_what, value) => {
    const failures = await ofMemory(() =>
      faultyMemory('limiter', 'consume', () => Promise.reject(value)),
    );
    expect(failures.get(counts)?.message).toContain('Seen: consume rejected with ');
  });

  it('is found in get, where undefined is not null', async () => {
    const failures = await ofMemory(() => faultyMemory('limiter', 'get', async () => undefined));
    expect(
      failures.get('limiter: get gives null for a key that was never counted')?.message,
    ).toContain('Seen: get gave undefined');
  });

  it('is found in get, where null is a rejection', async () => {
    const failures = await ofMemory(() =>
      faultyMemory('limiter', 'get', () => Promise.reject(null)),
    );
    expect(
      failures.get('limiter: get gives null for a key that was never counted')?.message,
    ).toContain('Seen: get rejected with null');
  });
});
