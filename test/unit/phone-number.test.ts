import { describe, expect, it } from 'vitest';
import { isDestination, maskDestination, readDestination } from '../../lib/phone-number.js';

describe('isDestination', () => {
  it.each(['+64211234567', '+6421123', '+123456789012345'])('accepts E.164: %s', (number) => {
    expect(isDestination(number)).toBe(true);
  });

  it.each([
    ['no plus', '64211234567'],
    ['a national number', '0211234567'],
    ['a country code that begins with 0', '+0211234567'],
    ['spaces', '+64 21 123 4567'],
    ['more than 15 digits', '+1234567890123456'],
    ['fewer digits than any mobile number has', '+642112'],
    ['a line break at the end', '+64211234567\n'],
    ['a line break in front', '\n+64211234567'],
    ['digits of another script', '+٦٤٢١١٢٣٤٥٦٧'],
    ['two numbers', '+64211234567,+64211234568'],
    ['nothing', undefined],
    ['null', null],
    ['a number', 64211234567],
    ['a list', ['+64211234567']],
  ])('accepts no other format, and converts none: %s', (_what, value) => {
    expect(isDestination(value)).toBe(false);
  });
});

describe('readDestination', () => {
  it.each([
    ['+64211234567', undefined, { usable: true, number: '+64211234567' }],
    ['+64211234567', ['+64', '+1809'], { usable: true, number: '+64211234567' }],
    ['+18095551234', ['+64', '+1809'], { usable: true, number: '+18095551234' }],
    ['+18765551234', ['+64', '+1809'], { usable: false, problem: 'prefix_not_allowed' }],
    ['+99964211234', ['+64', '+1809'], { usable: false, problem: 'prefix_not_allowed' }],
    ['+64211234567', [], { usable: false, problem: 'prefix_not_allowed' }],
    ['021 123 4567', undefined, { usable: false, problem: 'not_e164' }],
    [64211234567, undefined, { usable: false, problem: 'not_e164' }],
    ['', undefined, { usable: false, problem: 'missing' }],
    [null, undefined, { usable: false, problem: 'missing' }],
    [undefined, undefined, { usable: false, problem: 'missing' }],
  ])('of %o, with %o allowed: %o', (value, allowed, expected) => {
    expect(readDestination(value, { allowedPrefixes: allowed })).toEqual(expected);
  });

  it.each([
    ['a denied one', undefined, ['+6421'], false],
    ['another denied one', undefined, ['+61'], true],
    ['a denied part of an allowed country', ['+64'], ['+6421'], false],
    ['an allowed part of a denied country', ['+6421'], ['+64'], true],
    ['a denied part of an allowed part', ['+64', '+6421'], ['+642', '+64211'], false],
    ['an allowed part of a denied part', ['+64', '+64211'], ['+6421'], true],
    ['neither of both', ['+61'], ['+62'], false],
    ['no prefix at all', undefined, [], true],
  ])(
    'lets the longest matching prefix decide: %s',
    (_what, allowedPrefixes, deniedPrefixes, usable) => {
      const read = readDestination('+64211234567', { allowedPrefixes, deniedPrefixes });
      expect(read).toMatchObject(usable ? { usable } : { usable, problem: 'prefix_not_allowed' });
    },
  );
});

describe('maskDestination', () => {
  it('shows the last digits, three at most, and neither the country nor the length', () => {
    expect(maskDestination('+64211234567')).toBe('•••••67');
    expect(maskDestination('+123456789012345')).toBe('•••••345');
  });

  it('A22: never shows more than a quarter of a short number', () => {
    expect(maskDestination('+6421123')).toBe('•••••3');
  });

  it('A22: shows nothing of a string shorter than any number', () => {
    expect(maskDestination('+12')).toBe('•••••');
  });
});
