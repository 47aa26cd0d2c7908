import { describe, expect, it } from 'vitest';
import { printCode, readCode } from '../../../lib/recovery-codes/code.js';

describe('A recovery code', () => {
  it('is printed in four groups', () => {
    expect(printCode('30123456789ABCDE')).toBe('3012-3456-789A-BCDE');
  });

  it.each([
    ['as it is printed', '3TOK-ILWM-7C2X-VOHB'.replaceAll('O', '0').replace('IL', '11')],
    ['with letters for digits', '3TOK-ILWM-7C2X-VOHB'],
    ['in lower case', '3tok-ilwm-7c2x-vohb'],
    ['without dashes', '3T0K11WM7C2XV0HB'],
    ['with other dashes', '3T0K–11WM−7C2X—V0HB'],
    ['with spaces', ' 3T0K 11WM\u00a07C2X\tV0HB\r\n'],
    ['with invisible characters', '\ufeff3T0K\u200b11WM\u00ad7C2XV0HB'],
    ['in full width', '３Ｔ０Ｋ－１１ＷＭ－７Ｃ２Ｘ－Ｖ０ＨＢ'],
    ['with Arabic digits', '٣T٠K-١١WM-٧C٢X-V٠HB'],
  ])('is read %s', (_how, typed) => {
    expect(readCode(typed)).toBe('3T0K11WM7C2XV0HB');
  });

  it.each([
    ['too short', '3T0K-11WM-7C2X-V0H'],
    ['too long', '3T0K-11WM-7C2X-V0HBB'],
    ['with a letter that no code has', '3T0K-11WM-7C2X-V0HU'],
    ['with a letter for its number', 'AT0K-11WM-7C2X-V0HB'],
    ['with something around it', 'code=3T0K-11WM-7C2X-V0HB'],
    ['with a NUL', '3T0K11WM7C2XV0H\u0000'],
    ['longer than any typing', `${' '.repeat(49)}3T0K11WM7C2XV0HB`],
    ['empty', ''],
    ['a code of a message', '123456'],
    ['a number', 3],
    ['an array', ['3T0K-11WM-7C2X-V0HB']],
    ['an object', { toString: () => '3T0K-11WM-7C2X-V0HB' }],
    ['null', null],
    ['undefined', undefined],
  ])('is not read from input that is %s', (_what, typed) => {
    expect(readCode(typed)).toBeUndefined();
  });
});
