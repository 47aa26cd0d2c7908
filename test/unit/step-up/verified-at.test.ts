import { describe, expect, it } from 'vitest';
import { requireSecondFactor } from '../../../lib/index.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';

const now = Date.UTC(2026, 10, 28, 9, 30);

/** The code of the refusal for a token with this time, by default with a maxAge of five minutes. */
function refusalOf(claimed: unknown, options: object = { maxAge: 300 }): unknown {
  const errors: unknown[] = [];
  const guard = requireSecondFactor({ ...options, verifiedAt: () => Object(claimed).time });
  guard(Object({ user: {} }), Object({}), (error) => errors.push(error));
  return Reflect.get(Object(errors[0]), 'code');
}

/** A time in each form that verifiedAt may return. */
const forms: readonly [string, (time: number) => unknown][] = [
  ['a Date', (time) => new Date(time)],
  ['seconds', (time) => time / second],
  ['an ISO string', (time) => new Date(time).toISOString()],
  ['an ISO string without fractions', (time) => new Date(time).toISOString().replace('.000', '')],
];

describe('A47: the time that verifiedAt returns', () => {
  it.each(forms)('is accepted as %s, and compared to the second', (_form, written) => {
    stopClock(now);
    const refusals = [-5 * minute + second, -5 * minute, 0, minute, minute + second].map((offset) =>
      refusalOf({ time: written(now + offset) }),
    );
    const refused = 'second_factor_required';
    expect(refusals).toEqual([undefined, refused, undefined, undefined, refused]);
  });

  it('is accepted as an ISO string of any time zone', () => {
    stopClock(now);
    expect(refusalOf({ time: '2026-11-28T22:29:00+13:00' })).toBeUndefined();
    expect(refusalOf({ time: '2026-11-28T09:29Z' })).toBeUndefined();
    expect(refusalOf({ time: '2026-11-28T09:29:00+13:00' })).toBe('second_factor_required');
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
  ])('is refused with and without maxAge: %s', (time) => {
    stopClock(now);
    expect(refusalOf({ time })).toBe('second_factor_required');
    expect(refusalOf({ time }, {})).toBe('second_factor_required');
  });

  it.each([
    ['milliseconds', now],
    ['the first number that is milliseconds', 1e11],
    ['a time with something before it', 'x2026-11-28T09:29:00Z'],
    ['a time with something behind it', '2026-11-28T09:29:00Zx'],
    ['an object that reads as a time', { toString: () => '2026-11-28T09:29:00Z' }],
    ['a string of digits', '1764322200'],
    ['a date without its time', '2026-11-28'],
    ['a time without its zone', '2026-11-28T09:29:00'],
    ['a date as HTTP writes it', 'Sat, 28 Nov 2026 09:29:00 GMT'],
    ['true', true],
    ['a bigint', 1764322200n],
    ['a promise', Promise.resolve(new Date(now))],
    ['an object', { getTime: () => now }],
    ['a function', () => now],
  ])('is the error option_invalid if it is %s', (_what, time) => {
    stopClock(now);
    expect(refusalOf({ time })).toBe('option_invalid');
    expect(refusalOf({ time }, {})).toBe('option_invalid');
  });

  it('is not awaited: the error for a promise names the option', () => {
    const errors: unknown[] = [];
    const guard = requireSecondFactor(Object({ verifiedAt: async () => new Date() }));
    guard(Object({ user: {} }), Object({}), (error) => errors.push(error));
    expect(errors).toMatchObject([{ message: expect.stringContaining('"verifiedAt"') }]);
  });
});
