import { describe, expect, it } from 'vitest';
import { codeIn } from '../../../lib/browser/pasted-code.js';
import { english } from '../../../lib/message/english.js';
import { spanish } from '../../../lib/message/spanish.js';

describe('The code in pasted text', () => {
  it.each([
    ['alone', '123456'],
    ['with blanks around it', ' \t123456\r\n'],
    ['with a space in the middle', '123 456'],
    ['with a no-break space', '123\u00a0456'],
    ['with a narrow no-break space', '123\u202f456'],
    ['with a tab', '123\t456'],
    ['in three groups', '12 34 56'],
    ['spaced out', '1 2 3 4 5 6'],
    ['with a dash', '123-456'],
    ['with an en dash', '123\u2013456'],
    ['with a minus sign', '123\u2212456'],
    ["with the sender's prefix", 'G-123456'],
    ['with zero-width and directional marks', '\u2068123\u200b456\u2069'],
    ['with a soft hyphen', '123\u00ad456'],
    ['in full-width digits', '１２３４５６'],
    ['in Arabic-Indic digits', '١٢٣٤٥٦'],
    ['in Persian digits', '۱۲۳ ۴۵۶'],
    ['in mathematical digits', '𝟏𝟐𝟑𝟒𝟓𝟔'],
    // U+19D0 to U+19DA: the last one is a second digit one, which follows the ten.
    ['in digits beside those of another set', '᧑᧒᧓᧔᧕᧖'],
    ['in a sentence', 'Your code is 123456.'],
    ['in brackets', '[Bank] (123456)'],
    ['between letters without spaces', '验证码为123456，请勿泄露'],
    ['in an Arabic sentence', 'رمزك هو ١٢٣٤٥٦. لا تشاركه'],
    ['in the last line for browsers', 'Your code is 999999.\n\n@shop24.example #123456'],
    ['after the number of a sender', '2FA 24365: your code is 123456'],
    ['before an amount', '123456 to pay 1200.50 NZD to Bakery'],
    ['after an amount', 'Pay 1,234,567.00 NZD, code 123456'],
    ['after a year', 'On 31 December 2028: 123456'],
    ['after a date and a time', '2028-12-31 16:24 123456'],
    ['before a telephone number', 'Code 123456. Not you? Call +64 800 123 456'],
    ['after a telephone number', '+64215550123: 123456'],
    ['beside a reference', 'Your code is 123456. Only use it to pay 12.50 NZD, reference 4711'],
    ['beside how long it is valid', 'Code: 123 456 (10 min)'],
    ['directly after another number', 'in 10 123456'],
    ['after an address', 'From bank@shop24.example #99887: 123456'],
    ['after a short telephone number', '+6421234: 123456'],
    ['twice', '123456\n123456'],
  ])('is found %s', (_where, text) => {
    expect(codeIn(text)).toBe('123456');
  });

  it.each([
    ['of four digits', 'Code 4821', '4821'],
    ['of eight digits, grouped', 'Code 1234-5678 for you', '12345678'],
    ['of ten digits', '1234567890', '1234567890'],
    ['with zeros in front', '000123', '000123'],
    ['that comes before another one of six digits', '111111 222222', '111111'],
    ['that comes first, where none has six digits', 'Code 4821, reference 99887', '4821'],
    ['after a short telephone number', '+642123: 4821', '4821'],
    ['directly after a number of two digits', 'in 10 4821', '4821'],
    ['of seven digits in the line for browsers', '@example.com #7654321', '7654321'],
  ])('may be one %s', (_what, text, code) => {
    expect(codeIn(text)).toBe(code);
  });

  it.each([
    ['nothing', ''],
    ['words', 'Your code is on its way'],
    ['letters and digits', 'AB12CD'],
    ['half a code', '123'],
    ['an amount', '1234.56'],
    ['a number with its country code', '+64215550123'],
    ['too many digits', '12345678901'],
    ['a time', '16:24'],
    ['a code beyond any SMS', `${'-'.repeat(2000)}123456`],
  ])('is not there in %s', (_what, text) => {
    expect(codeIn(text)).toBeUndefined();
  });

  it.each([english, spanish])("is found in this package's own messages ($locale)", (language) => {
    const inFull = [language.message, language.approval('amount "1500 NZD", to "Bakery 2000"')];
    const texts = inFull.map((text) => text.replace('%(code)s', '123456'));
    expect(texts.map(codeIn)).toEqual(['123456', '123456']);
  });
});
