/** Why an SMS cannot show a string of a transaction exactly as it is. */
export type ShownProblem =
  | 'empty'
  | 'too_long'
  /**
   * Not in NFKC (UAX #15): full-width letters, ligatures, `½`, no-break spaces, letters apart from their
   * accents. They look like something else; `text.normalize('NFKC')` is what they look like.
   */
  | 'not_normalized'
  /** A blank at either end, or two in a row: neither can be seen. */
  | 'blank'
  /** Line breaks, control, format and direction characters, and everything else that draws nothing. */
  | 'invisible_character'
  /** Values are quoted, and none may end its own quotation. */
  | 'quotation_mark'
  /** Combining marks without a letter, or more than three on one. */
  | 'combining_mark'
  /** Reads like the last line of an origin-bound code, or like an object that was printed. */
  | 'misleading';

/**
 * Why a string that a client may have written cannot be shown as it is, if it cannot. Nothing is altered:
 * two strings that both pass are two different strings in the SMS, one of each pair that looks alike
 * does not pass. Normalisation comes first, so that nothing grows or changes after it was checked.
 *
 * @param longest - In characters (code points).
 */
export function shownProblem(text: string, longest: number): ShownProblem | undefined {
  if (text === '') return 'empty';
  // A code point is two units at most: what is longer need be neither counted nor normalised.
  if (text.length > longest * 2 || Array.from(text).length > longest) return 'too_long';
  if (text.normalize('NFKC') !== text) return 'not_normalized';
  return problems.find(([, pattern]) => pattern.test(text))?.[0];
}

const problems: readonly (readonly [ShownProblem, RegExp])[] = [
  // \p{C} holds what is unassigned, private or half a character too. The others draw nothing although
  // Unicode calls them blanks, symbols or letters.
  [
    'invisible_character',
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u1680\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u,
  ],
  ['blank', /^ | $| {2}/],
  ['combining_mark', /(?<![\p{L}\p{M}])\p{M}|\p{M}{4}/u],
  // Every quotation mark but the apostrophe (' ’), and what passes for one: primes, accents, modifier
  // letters, Hebrew, Armenian, N'Ko and Canadian marks, ditto marks, ornaments.
  [
    'quotation_mark',
    /(?!['\u2019])\p{Quotation_Mark}|[`\u02B9\u02BA\u02BC-\u02BF\u02C8\u02CA\u02CB\u02EE\u02F4-\u02F6\u055A\u05F3\u05F4\u07F4\u07F5\u144A\u144B\u2032\u2035\u275B-\u2760\u3003\uA78B\uA78C\u{1F676}-\u{1F678}]/u,
  ],
  // An apostrophe or ʻokina is a part of a word. Two of them, or one before a comma, read like a quotation's end.
  [
    'quotation_mark',
    /['\u2019\u02BB](?=['\u2019\u02BB,])|(?<![\p{L}\p{M}])['\u2019\u02BB](?!\p{L})/u,
  ],
  ['misleading', /^@.*#|\[object /],
];

/**
 * As an SMS shows it: a "%" is a variable to Modica's API, which documents no way to escape it, so its
 * full-width form takes its place. That one (U+FF05) is not in NFKC, so nothing else is shown so.
 */
export function withoutVariables(text: string): string {
  return text.replaceAll('%', '\uFF05');
}
