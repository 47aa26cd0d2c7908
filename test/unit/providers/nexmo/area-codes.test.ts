import { describe, expect, it } from 'vitest';
import { isReachedByShortCode } from '../../../../lib/providers/nexmo/area-codes.js';

describe('The short code reaches', () => {
  it.each([
    ['New York', '+12125550123'],
    ['Toronto', '+14165550123'],
    ['a new area code', '+19455550123'],
    ['the US Virgin Islands', '+13405550123'],
    ['the Northern Mariana Islands', '+16705550123'],
    ['Guam', '+16715550123'],
    ['American Samoa', '+16845550123'],
    ['Puerto Rico', '+17875550123'],
    ['Puerto Rico, second area code', '+19395550123'],
  ])('a number in the US, its territories or Canada: %s', (_where, number) => {
    expect(isReachedByShortCode(number)).toBe(true);
  });
});

describe('The short code does not reach', () => {
  it.each(
    '242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876'.split(
      ' ',
    ),
  )('another country of the numbering plan: +1 %s', (areaCode) => {
    expect(isReachedByShortCode(`+1${areaCode}5550123`)).toBe(false);
  });

  it.each('800 822 833 844 855 866 877 888 700 900'.split(' '))(
    'a toll-free, personal or premium number: +1 %s',
    (areaCode) => {
      expect(isReachedByShortCode(`+1${areaCode}5550123`)).toBe(false);
    },
  );

  it.each([
    ['New Zealand', '+64211234567'],
    ['Kazakhstan', '+71235550123'],
    ['Barbados, without its 1', '+2465550123'],
    ['too short', '+1212555012'],
    ['too long', '+121255501234'],
    ['an invalid area code', '+11125550123'],
    ['an invalid exchange code', '+12121550123'],
    ['without its +', '12125550123'],
    ['with a space', '+1 2125550123'],
    ['with a line break', '+12125550123\n'],
    ['an empty string', ''],
  ])('a number outside the numbering plan: %s', (_what, number) => {
    expect(isReachedByShortCode(number)).toBe(false);
  });
});
