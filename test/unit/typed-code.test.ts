import { describe, expect, it } from 'vitest';
import { readTypedCode } from '../../lib/typed-code.js';

describe('A code as it was typed', () => {
  it.each([
    ['with white space', ' 12\u00a034\t56\r\n', '123456'],
    ['with invisible characters', '\ufeff123\u200b4\u00ad5\u200e6\u3164', '123456'],
    ['with any dash', '1-2\u20103\u20134\u20145\u22126', '1-2-3-4-5-6'],
    ['in full width', '\uff27\uff0d\uff11\uff12', 'G-12'],
    ['with Arabic digits', '١٢٣', '123'],
    ['with 64 characters', `${' '.repeat(58)}123456`, '123456'],
    ['empty', '', ''],
  ])('is read %s', (_how, typed, code) => {
    expect(readTypedCode(typed)).toBe(code);
  });

  it.each([
    ['longer than 64 characters', `${' '.repeat(59)}123456`],
    ['a number', 123456],
    ['an array', ['123456']],
    ['an object with the length of a string', { length: 6 }],
    ['undefined', undefined],
  ])('is not read from input that is %s', (_what, typed) => {
    expect(readTypedCode(typed)).toBeUndefined();
  });
});
