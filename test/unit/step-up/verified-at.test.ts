import { describe, expect, it } from 'vitest';
import { requireSecondFactor } from '../../../lib/index.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';

const now = Date.UTC(2026, 10, 28, 9, 30);

/** What a guard of five minutes says to a user whose token claims this time; undefined lets them in. */
function saidTo(claimed: unknown, options: object = { maxAge: 300 }): unknown {
  const said: unknown[] = [];
  const guard = requireSecondFactor({ ...options, verifiedAt: () => Object(claimed).time });
  guard(Object({ user: {} }), Object({}), (error) => said.push(error));
  return Reflect.get(Object(said[0]), 'code');
}

/** Values of a time in each form that a guard reads. */
const forms: readonly [string, (time: number) => unknown][] = [
  ['a Date', (time) => new Date(time)],
  ['seconds', (time) => time / second],
  ['an ISO string', (time) => new Date(time).toISOString()],
  ['an ISO string without fractions', (time) => new Date(time).toISOString().replace('.000', '')],
];

describe('A47: the time in a token', () => {
  it.each(forms)('is read from %s, to the second', (_form, written) => {
    stopClock(now);
    const said = [-5 * minute + second, -5 * minute, 0, minute, minute + second].map((offset) =>
      saidTo({ time: written(now + offset) }),
    );
    const refused = 'second_factor_required';
    expect(said).toEqual([undefined, refused, undefined, undefined, refused]);
  });

  it('is read from an ISO string of any zone', () => {
    stopClock(now);
    expect(saidTo({ time: '2026-11-28T22:29:00+13:00' })).toBeUndefined();
    expect(saidTo({ time: '2026-11-28T09:29Z' })).toBeUndefined();
    expect(saidTo({ time: '2026-11-28T09:29:00+13:00' })).toBe('second_factor_required');
  });

  it.each([
    undefined,
    null,
    '',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -1,
    new Date(Number.NaN),
    new Date(0),
    new Date(-1),
    '1970-01-01T00:00:00Z',
    '2026-13-45T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('is none, with and without an age, where it is %s', (time) => {
    stopClock(now);
    expect(saidTo({ time })).toBe('second_factor_required');
    expect(saidTo({ time }, {})).toBe('second_factor_required');
  });

  it.each([
    ['milliseconds', now],
    ['a string of digits', '1764322200'],
    ['a date without its time', '2026-11-28'],
    ['a time without its zone', '2026-11-28T09:29:00'],
    ['a date as HTTP writes it', 'Sat, 28 Nov 2026 09:29:00 GMT'],
    ['true', true],
    ['a bigint', 1764322200n],
    ['a promise', Promise.resolve(new Date(now))],
    ['an object', { getTime: () => now }],
    ['a function', () => now],
  ])('is an error that names the types where it is %s', (_what, time) => {
    stopClock(now);
    expect(saidTo({ time })).toBe('option_invalid');
    expect(saidTo({ time }, {})).toBe('option_invalid');
  });
});
