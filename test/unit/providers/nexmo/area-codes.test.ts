import { describe, expect, it } from 'vitest';
import { isReachedByShortCode } from '../../../../lib/providers/nexmo/area-codes.js';

describe('A number that the short code reaches', () => {
  it.each([
    ['New York', '+12125550123'],
    ['Toronto', '+14165550123'],
    ['a new area code of either', '+19455550123'],
    ['the US Virgin Islands', '+13405550123'],
    ['the Northern Mariana Islands', '+16705550123'],
    ['Guam', '+16715550123'],
    ['American Samoa', '+16845550123'],
    ['Puerto Rico', '+17875550123'],
    ['Puerto Rico, the other', '+19395550123'],
  ])('is one of the US, its territories or Canada: %s', (_where, number) => {
    expect(isReachedByShortCode(number)).toBe(true);
  });
});

describe('A number that the short code does not reach', () => {
  it.each(
    '242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876'.split(
      ' ',
    ),
  )("is of one of the plan's other countries: +1 %s", (areaCode) => {
    expect(isReachedByShortCode(`+1${areaCode}5550123`)).toBe(false);
  });

  it.each('800 822 833 844 855 866 877 888 700 900'.split(' '))(
    'is of nowhere, and somebody pays for it: +1 %s',
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
    ['an area code that cannot be', '+11125550123'],
    ['an exchange that cannot be', '+12121550123'],
    ['without its +', '12125550123'],
    ['with a space', '+1 2125550123'],
    ['with a line break', '+12125550123\n'],
    ['nothing', ''],
  ])('is none of the plan: %s', (_what, number) => {
    expect(isReachedByShortCode(number)).toBe(false);
  });
});
