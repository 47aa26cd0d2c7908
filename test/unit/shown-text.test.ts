import { describe, expect, it } from 'vitest';
import { type ShownProblem, shownProblem } from '../../lib/shown-text.js';
import { quotationMarks, unseen } from '../fixtures/transactions.js';

const inHex = (text: string) =>
  Array.from(text, (character) => `U+${character.codePointAt(0)?.toString(16)}`).join(' ');

describe('A29, A39: what an SMS cannot show as it is', () => {
  it.each(unseen.map((character) => [inHex(character), character]))(
    'is what nobody sees, wherever it stands: %s',
    (_name, character) => {
      for (const text of [`bob${character}`, `${character}bob`, `b${character}ob`]) {
        expect(['invisible_character', 'not_normalized', 'combining_mark']).toContain(
          shownProblem(text, 100),
        );
      }
    },
  );

  it.each(quotationMarks.map((mark) => [inHex(mark), mark]))(
    'is what could end its quotation: %s',
    (_name, mark) => {
      expect(['quotation_mark', 'not_normalized']).toContain(
        shownProblem(`5${mark}, to ${mark}5`, 100),
      );
    },
  );

  it.each<[string, string, ShownProblem]>([
    ['nothing', '', 'empty'],
    ['too many characters', 'x'.repeat(101), 'too_long'],
    ['too many emoji', '🏦'.repeat(101), 'too_long'],
    ['a blank before', ' bob', 'blank'],
    ['a blank behind', 'bob ', 'blank'],
    ['two blanks', 'bob  ltd', 'blank'],
    ['nothing but a blank', ' ', 'blank'],
    ['letters apart from their accents', 'Jose\u0301', 'not_normalized'],
    ['full-width letters', '\uFF42\uFF4F\uFF42', 'not_normalized'],
    ['a ligature', '\uFB01nance', 'not_normalized'],
    ['a number that would become another', '10\u00B2', 'not_normalized'],
    ['four marks on a letter', 'x\u0323\u0325\u032D\u0330', 'combining_mark'],
    ['eighty marks on a letter', `x${'\u0329'.repeat(80)}`, 'combining_mark'],
    ['a mark on nothing', '\u0329x', 'combining_mark'],
    ['a mark on a digit', '1\u0336', 'combining_mark'],
    ['the last line of an origin-bound code', '@evil.example #123456', 'misleading'],
    ['an object that was printed', 'to [object Object]', 'misleading'],
    ['an apostrophe before a comma', "five', to Bob", 'quotation_mark'],
    ['an apostrophe by itself', "5 ' 6", 'quotation_mark'],
  ])('is %s', (_what, text, problem) => {
    expect(shownProblem(text, 100)).toBe(problem);
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
    'Ñandú, Ltda. (2ª)'.normalize('NFKC'),
    '100% Sugar {sweet} #1 @home',
    'Nguyễn Văn Ánh',
    'Ōtāhuhu',
    'น้ำใจ'.normalize('NFKC'),
    'किताब',
    'مؤسسة',
    '日本銀行',
    '12.50 €',
    'Pizza 🍕 👍🏽',
    'x\u0323\u0325\u032D',
  ])('is not what people are called, or what things cost: %s', (text) => {
    expect(shownProblem(text, 100)).toBeUndefined();
  });
});
