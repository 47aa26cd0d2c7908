import { describe, expect, it } from 'vitest';
import { asciiDigits } from '../../lib/ascii-digits.js';

describe('The decimal digits of a script', () => {
  it.each([
    ['ASCII', '0123456789'],
    ['Arabic-Indic', '٠١٢٣٤٥٦٧٨٩'],
    ['Extended Arabic-Indic', '۰۱۲۳۴۵۶۷۸۹'],
    ['Thai', '๐๑๒๓๔๕๖๗๘๙'],
    ['full-width', '０１２３４５６７８９'],
    ['beyond the Basic Multilingual Plane', '𑁦𑁧𑁨𑁩𑁪𑁫𑁬𑁭𑁮𑁯'],
  ])('are converted to ASCII: %s', (_script, digits) => {
    expect(asciiDigits(digits)).toBe('0123456789');
  });

  it('are converted where five sets follow each other without a gap', () => {
    const mathematical = Array.from({ length: 50 }, (_, at) => String.fromCodePoint(0x1d7ce + at));
    expect(asciiDigits(mathematical.join(''))).toBe('0123456789'.repeat(5));
  });

  it('are all that is converted', () => {
    expect(asciiDigits('a-١ b½Ⅷ²')).toBe('a-1 b½Ⅷ²');
  });
});
