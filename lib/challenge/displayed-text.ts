// Decides which strings of a transaction an SMS can show unambiguously.

/** Why an SMS cannot show a string of a transaction. */
export type ShownProblem =
  | 'empty'
  | 'too_long'
  /** A space at either end, or two in a row: neither is visible. */
  | 'blank'
  /** Line breaks, control, format and direction characters, and everything else that is invisible. */
  | 'invisible_character'
  /** Values are quoted, and none may close its own quotation. */
  | 'quotation_mark'
  /** Combining marks without a letter, on a letter of another script, or more than three on one letter. */
  | 'combining_mark'
  /** Looks like the last line of an origin-bound code, or like `[object Object]`. */
  | 'misleading';

/** A string that an SMS can show, or the reason why it cannot. */
type Showable =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly reason: ShownProblem };

/**
 * Normalises an untrusted string to NFKC (UAX #15), in which compatible characters are equal: a letter and
 * its accent become one character, no-break spaces become spaces, full-width letters become plain ones,
 * `º` becomes `o` and `½` becomes `1⁄2`. Refuses what cannot be shown exactly and alters nothing else: two
 * accepted strings either have the same NFKC or produce different messages. Normalises before checking,
 * so that nothing grows or changes afterwards.
 *
 * @param longest - In characters (code points) of NFKC.
 */
export function showable(text: string, longest: number): Showable {
  if (text === '') return { ok: false, reason: 'empty' };
  // An NFKC character comes from at most four characters of two units each, so a longer string stays too
  // long. Checked first, because normalising is quadratic in consecutive marks: 40 s for 200,000 of them.
  if (text.length > longest * 8) return { ok: false, reason: 'too_long' };
  const value = text.normalize('NFKC');
  if (Array.from(value).length > longest) return { ok: false, reason: 'too_long' };
  const reason = problems.find(([, pattern]) => pattern.test(value))?.[0];
  return reason ? { ok: false, reason } : { ok: true, value };
}

/**
 * The scripts in modern use with combining marks of their own (UAX #31, tables 5 and 7), by their Unicode
 * names. Latin has none: its accents are shared by every script (`Inherited`).
 */
const scripts =
  'Adlam Arabic Balinese Bamum Batak Bengali Chakma Cham Cyrillic Devanagari Ethiopic Gujarati Gurmukhi Han Hangul Hanifi_Rohingya Hebrew Javanese Kannada Kayah_Li Khmer Lao Lepcha Limbu Malayalam Mandaic Meetei_Mayek Miao Myanmar Newa Nko Nyiakeng_Puachue_Hmong Oriya Saurashtra Sinhala Sundanese Syloti_Nagri Syriac Tai_Tham Tai_Viet Tamil Telugu Thaana Thai Tibetan Tifinagh Wancho'.split(
    ' ',
  );

const marksOnTheirOwn = scripts.map(
  (script) => `(?<=(?=\\p{scx=${script}})\\p{L}\\p{M}*)\\p{sc=${script}}`,
);

/** A mark on a letter of another script is invisible or unreadable. */
const foreignMark = new RegExp(
  `(?=\\p{M})(?![\\p{sc=Inherited}\\p{sc=Common}]|${marksOnTheirOwn.join('|')})`,
  'u',
);

/**
 * Invisible characters that join the letters beside them (`Indic_Syllabic_Category=Invisible_Stacker`, and
 * the joiner of Tifinagh). In canonical order one or two other marks may follow.
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
  // \p{C} includes unassigned and private characters and lone surrogates. The listed ones are invisible
  // although Unicode classifies them as spaces, symbols or letters.
  [
    'invisible_character',
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u1680\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u,
  ],
  ['blank', /^ | $| {2}/],
  ['combining_mark', /(?<![\p{L}\p{M}])\p{M}|\p{M}{4}/u],
  ['combining_mark', foreignMark],
  ['combining_mark', idleJoiner],
  // Every quotation mark except the apostrophe (' ’), and look-alikes: primes, accents, modifier letters,
  // Hebrew, Armenian, N'Ko and Canadian marks, ditto marks, ornaments.
  [
    'quotation_mark',
    /(?!['\u2019])\p{Quotation_Mark}|[`\u02B9\u02BA\u02BC-\u02BF\u02C8\u02CA\u02CB\u02EE\u02F4-\u02F6\u055A\u05F3\u05F4\u07F4\u07F5\u144A\u144B\u2032\u2035\u275B-\u2760\u3003\uA78B\uA78C\u{1F676}-\u{1F678}]/u,
  ],
  // An apostrophe or ʻokina belongs to a word, and in Switzerland to a number (1'234.50). Two of them, or
  // one before a comma, look like the end of a quotation.
  [
    'quotation_mark',
    /['\u2019\u02BB](?=['\u2019\u02BB,])|(?<![\p{L}\p{M}])(?!(?<=\d)['\u2019]\d{3}(?!\d))['\u2019\u02BB](?!\p{L})/u,
  ],
  ['misleading', /^@.*#|\[object /],
];

/**
 * Replaces "%", which starts a variable in Modica's API and has no documented escape, with its full-width
 * form. NFKC never contains that character (U+FF05), so the replacement is unambiguous.
 */
export function withoutVariables(text: string): string {
  return text.replaceAll('%', '\uFF05');
}
