/** Why an SMS cannot show a string of a transaction. */
export type ShownProblem =
  | 'empty'
  | 'too_long'
  /** A blank at either end, or two in a row: neither can be seen. */
  | 'blank'
  /** Line breaks, control, format and direction characters, and everything else that draws nothing. */
  | 'invisible_character'
  /** Values are quoted, and none may end its own quotation. */
  | 'quotation_mark'
  /** Combining marks without a letter, on a letter of another script, or more than three on one. */
  | 'combining_mark'
  /** Reads like the last line of an origin-bound code, or like an object that was printed. */
  | 'misleading';

/** A string as an SMS shows it, or why it cannot. */
type Showable =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly reason: ShownProblem };

/**
 * A string that a client may have written in NFKC (UAX #15), in which what looks alike is alike: letters
 * and their accents are one character, no-break spaces blanks, full-width letters plain ones, `º` is `o`
 * and `½` is `1⁄2`. What cannot be shown exactly so is refused, and nothing else is altered: of two
 * strings that pass, either their NFKC is the same or the SMS is another. Normalisation comes first, so
 * that nothing grows or changes after it was checked.
 *
 * @param longest - In characters (code points) of NFKC.
 */
export function showable(text: string, longest: number): Showable {
  if (text === '') return { ok: false, reason: 'empty' };
  // No character of NFKC is made from more than four, of two units each: what is longer stays too long.
  // It takes time that grows with the square of the marks in a row: 40 s for 200,000 of them.
  // To put a hundred thousand accents in order takes Node seconds: their number is squared.
  if (text.length > longest * 8) return { ok: false, reason: 'too_long' };
  const value = text.normalize('NFKC');
  if (Array.from(value).length > longest) return { ok: false, reason: 'too_long' };
  const reason = problems.find(([, pattern]) => pattern.test(value))?.[0];
  return reason ? { ok: false, reason } : { ok: true, value };
}

/**
 * The scripts in modern use that have combining marks of their own (UAX #31, tables 5 and 7), as Unicode
 * names them. Latin has none: its accents are of every script, `Inherited`.
 */
const scripts =
  'Adlam Arabic Balinese Bamum Batak Bengali Chakma Cham Cyrillic Devanagari Ethiopic Gujarati Gurmukhi Han Hangul Hanifi_Rohingya Hebrew Javanese Kannada Kayah_Li Khmer Lao Lepcha Limbu Malayalam Mandaic Meetei_Mayek Miao Myanmar Newa Nko Nyiakeng_Puachue_Hmong Oriya Saurashtra Sinhala Sundanese Syloti_Nagri Syriac Tai_Tham Tai_Viet Tamil Telugu Thaana Thai Tibetan Tifinagh Wancho'.split(
    ' ',
  );

const marksOnTheirOwn = scripts.map(
  (script) => `(?<=(?=\\p{scx=${script}})\\p{L}\\p{M}*)\\p{sc=${script}}`,
);

/** A mark on a letter of another script draws nothing, or what no reader knows. */
const foreignMark = new RegExp(
  `(?=\\p{M})(?![\\p{sc=Inherited}\\p{sc=Common}]|${marksOnTheirOwn.join('|')})`,
  'u',
);

/**
 * What draws nothing but joins the letters beside it (`Indic_Syllabic_Category=Invisible_Stacker`, and
 * the joiner of Tifinagh). Canonical order may put one other mark or two behind it.
 */
const joiners = {
  Chakma: '\u{11133}',
  Khmer: '\u17D2',
  Meetei_Mayek: '\uAAF6',
  Myanmar: '\u1039',
  Sundanese: '\u1BAB',
  Tai_Tham: '\u1A60',
  Tifinagh: '\u2D7F',
};

const idleJoiner = new RegExp(
  Object.entries(joiners)
    .map(([script, joiner]) => `${joiner}(?!(?:(?!${joiner})\\p{M})*(?=\\p{scx=${script}})\\p{L})`)
    .join('|'),
  'u',
);

const problems: readonly (readonly [ShownProblem, RegExp])[] = [
  // \p{C} holds what is unassigned, private or half a character too. The others draw nothing although
  // Unicode calls them blanks, symbols or letters.
  [
    'invisible_character',
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u1680\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u,
  ],
  ['blank', /^ | $| {2}/],
  ['combining_mark', /(?<![\p{L}\p{M}])\p{M}|\p{M}{4}/u],
  ['combining_mark', foreignMark],
  ['combining_mark', idleJoiner],
  // Every quotation mark but the apostrophe (' ’), and what passes for one: primes, accents, modifier
  // letters, Hebrew, Armenian, N'Ko and Canadian marks, ditto marks, ornaments.
  [
    'quotation_mark',
    /(?!['\u2019])\p{Quotation_Mark}|[`\u02B9\u02BA\u02BC-\u02BF\u02C8\u02CA\u02CB\u02EE\u02F4-\u02F6\u055A\u05F3\u05F4\u07F4\u07F5\u144A\u144B\u2032\u2035\u275B-\u2760\u3003\uA78B\uA78C\u{1F676}-\u{1F678}]/u,
  ],
  // An apostrophe or ʻokina is a part of a word, and in Switzerland of a number (1'234.50). Two of them,
  // or one before a comma, read like a quotation's end.
  [
    'quotation_mark',
    /['\u2019\u02BB](?=['\u2019\u02BB,])|(?<![\p{L}\p{M}])(?!(?<=\d)['\u2019]\d{3}(?!\d))['\u2019\u02BB](?!\p{L})/u,
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
