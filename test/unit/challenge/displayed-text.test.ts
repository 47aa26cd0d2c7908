import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ShownProblem, showable } from '../../../lib/challenge/displayed-text.js';
import { foreignMarks, quotationMarks, unseen } from '../../fixtures/transactions.js';

const inHex = (text: string) =>
  Array.from(text, (character) => `U+${character.codePointAt(0)?.toString(16)}`).join(' ');

/** Why a string cannot be shown; undefined if it can. */
function problemOf(text: string): ShownProblem | undefined {
  const read = showable(text, 100);
  return read.ok ? undefined : read.reason;
}

describe('A29, A39: a string that an SMS cannot show exactly', () => {
  it.each(unseen.map((character) => [inHex(character), character]))(
    'is invisible: %s',
    (_name, character) => {
      const problems = ['invisible_character', 'blank', 'combining_mark'];
      expect(problems).toContain(problemOf(`bob${character}`));
      expect(problems).toContain(problemOf(`${character}bob`));
      // Between two letters a blank of another kind is a blank.
      if (character.normalize('NFKC') === ' ') {
        expect(showable(`b${character}ob`, 100)).toEqual({ ok: true, value: 'b ob' });
      } else expect(problems).toContain(problemOf(`b${character}ob`));
    },
  );

  it.each(quotationMarks.map((mark) => [inHex(mark), mark]))(
    'is what could end its quotation: %s',
    (_name, mark) => {
      // Accents that stand alone are a blank and a combining mark in NFKC.
      const problem = /^ \p{M}$/u.test(mark.normalize('NFKC')) ? 'blank' : 'quotation_mark';
      expect(problemOf(`5${mark}, to ${mark}5`)).toBe(problem);
    },
  );

  it('is not one with the signs of an origin-bound line behind something else', () => {
    expect(problemOf('bob@example.com #7')).toBeUndefined();
  });

  it.each<[string, string, ShownProblem]>([
    ['nothing', '', 'empty'],
    ['too many characters', 'x'.repeat(101), 'too_long'],
    ['too many emoji', '🏦'.repeat(101), 'too_long'],
    ['a blank before', ' bob', 'blank'],
    ['a blank behind', 'bob ', 'blank'],
    ['two blanks', 'bob  ltd', 'blank'],
    ['nothing but a blank', ' ', 'blank'],
    ['a no-break space before', '\u00A0bob', 'blank'],
    ['a no-break space behind', '12.50\u00A0', 'blank'],
    ['two blanks of different kinds', 'bob \u00A0ltd', 'blank'],
    ['a quotation mark of full width', 'bob\uFF02', 'quotation_mark'],
    ['what grows when it is normalised', '\uFDFA'.repeat(50), 'too_long'],
    ['what grows over the limit by one', `${'x'.repeat(98)}\u00BD`, 'too_long'],
    ['what is too long in whatever form', 'x\u0301'.repeat(50_000), 'too_long'],
    ['four marks on a letter', 'x\u0323\u0325\u032D\u0330', 'combining_mark'],
    ['eighty marks on a letter', `x${'\u0329'.repeat(80)}`, 'combining_mark'],
    ['a mark on nothing', '\u0329x', 'combining_mark'],
    [
      'marks that would take minutes to put in order',
      `x${'\u0301\u0323'.repeat(400_000)}`,
      'too_long',
    ],
    ['a mark on a digit', '1\u0336', 'combining_mark'],
    ['the last line of an origin-bound code', '@evil.example #123456', 'misleading'],
    ['an object that was printed', 'to [object Object]', 'misleading'],
    ['an apostrophe before a comma', "five', to Bob", 'quotation_mark'],
    ['two apostrophes within a word', "five''to", 'quotation_mark'],
    ['an apostrophe before a number', "5 '123", 'quotation_mark'],
    ['an apostrophe by itself', "5 ' 6", 'quotation_mark'],
    ['an apostrophe among digits that is no thousands separator', "5'00", 'quotation_mark'],
    ['the same with too many digits', "5'0000", 'quotation_mark'],
  ])('is %s', (_what, text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it('is rejected before normalising when it is too long in every form', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    onTestFinished(() => normalize.mockRestore());
    expect(problemOf('\u0301\u0323'.repeat(401))).toBe('too_long');
    expect(normalize).not.toHaveBeenCalled();
    expect(problemOf('\u0301\u0323'.repeat(400))).toBe('too_long');
    expect(normalize).toHaveBeenCalledOnce();
  });

  it.each(foreignMarks.map((mark) => [inHex(mark), mark]))(
    'is a mark on a letter of another script: %s',
    (_name, mark) => {
      for (const text of [`bob${mark}`, `b${mark}ob`, `b\u0323${mark}ob`]) {
        expect(problemOf(text)).toBe('combining_mark');
      }
    },
  );

  it.each([
    '\u1000\u1039',
    '\u1780\u17D2',
    '\u1A20\u1A60',
    '\u2D30\u2D7F',
    '\u1780\u17D2x',
    '\u1780\u17D2\u17D2\u1780',
  ])('contains a joiner without a second letter: %j', (text) => {
    expect(problemOf(text)).toBe('combining_mark');
  });

  it.each([
    'Bakery',
    'x'.repeat(100),
    '🏦'.repeat(100),
    "O'Brien & Söhne",
    'L\u2019Oréal',
    'Tau\u02BBaika',
    "Rock 'n' Roll",
    "The Smiths'",
    'Ñandú, Ltda.',
    '100% Sugar {sweet} #1 @home',
    'Nguyễn Văn Ánh',
    'Ōtāhuhu',
    'น้ำใจ'.normalize('NFKC'),
    'CHF 1\u2019234\u2019567.50',
    'किताब',
    'မန္တလေး',
    'ភ្នំពេញ',
    'ಬೆಂಗಳೂರು',
    'இந்தியா',
    'ශ්‍රී'.replace('\u200D', ''),
    'Владимиръ\u0301',
    'שָׁלוֹם',
    'مُحَمَّد',
    'ꦗꦮ\uA9BA',
    'ⴰ\u2D7Fⴰ',
    'किताबी\u2019 एक',
    'مؤسسة',
    '日本銀行',
    '12.50 €',
    'Pizza 🍕 👍🏽',
    'x\u0323\u0325\u032D',
  ])('is not a name or a price: %s', (text) => {
    expect(showable(text, 100)).toEqual({ ok: true, value: text });
  });
});

describe('A string that is normalised first', () => {
  it.each([
    ['letters apart from their accents', 'Jose\u0301 N\u0303andu\u0301', 'José Ñandú'],
    ['Korean letters one by one', '\u1109\u1165\u110B\u116E\u11AF', '서울'],
    ['full-width letters', '\uFF22\uFF4F\uFF42', 'Bob'],
    ['a percent sign of full width', '5\uFF05', '5%'],
    ['braces of full width', '\uFF5Bpin\uFF5D', '{pin}'],
    ['a ligature', '\uFB01nance', 'finance'],
    ['abbreviations', 'Farmacia Nº 3, 2ª', 'Farmacia No 3, 2a'],
    ['a trade mark', 'Bakery\u2122', 'BakeryTM'],
    ['numbers that are written small', '10\u00B2 and \u00BD', '102 and 1\u20442'],
    ['no-break spaces', '1\u202F234,50\u00A0\u20AC', '1 234,50 €'],
    [
      'four marks that become three',
      'x\u0301e\u0301\u0323\u0325\u032D',
      'x\u0301\u1EB9\u0325\u032D\u0301',
    ],
    [
      'as many characters as may be, each made from four',
      '\u{1D6C2}\u0313\u0300\u0345'.repeat(100),
      '\u1F82'.repeat(100),
    ],
  ])('is shown normalised: %s', (_what, text, value) => {
    expect(showable(text, 100)).toEqual({ ok: true, value });
  });

  it.each(['en-NZ', 'de-DE', 'fr-FR', 'de-CH', 'es-DO', 'pl-PL', 'sv-SE', 'ja-JP', 'mi-NZ'])(
    'is an amount as Intl.NumberFormat writes it: %s',
    (locale) => {
      const amount = new Intl.NumberFormat(locale, { style: 'currency', currency: 'CHF' });
      const text = amount.format(-1_234_567.5);
      expect(showable(text, 100)).toEqual({ ok: true, value: text.replace(/\s/g, ' ') });
    },
  );
});
