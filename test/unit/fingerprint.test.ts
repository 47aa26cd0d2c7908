import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../lib/fingerprint.js';

describe('fingerprint', () => {
  it('returns the same key for the same values, and reveals none of them', () => {
    const key = fingerprint('login', 1, '+64211234567', null);
    expect(fingerprint('login', 1, '+64211234567', null)).toBe(key);
    expect(key).toMatch(/^[\w-]{43}$/);
  });

  it.each([
    ['a number and its text', [1], ['1']],
    ['nothing and its word', [null], ['null']],
    ['another order', ['a', 'b'], ['b', 'a']],
    ['a separator that was smuggled in', ['a","b'], ['a', 'b']],
    ['another cut', ['ab', 'c'], ['a', 'bc']],
  ])('distinguishes %s', (_what, one, other) => {
    expect(fingerprint(...one)).not.toBe(fingerprint(...other));
  });
});
