/** No code is longer, with all that people put around it. */
const longestInput = 64;

/** Spaces and line breaks, and what is invisible: zero-width and directional marks, a BOM, a soft hyphen. */
const blanks = /[\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** U+2212 is a minus sign, which keyboards and spreadsheets put in the place of a dash. */
const dashes = /[\p{Pd}\u2212]/gu;

/** 'G-123456', as some senders write it. */
const senderPrefix = /^[A-Za-z]{1,2}-(?=[0-9]+$)/;

/**
 * A code as it was sent, out of what a person typed or pasted: 'U+00A0' in the middle, a line break at the
 * end, full-width or Arabic digits. Undefined for what cannot be one; the provider's `codeForm` decides on
 * the rest before an attempt is counted.
 */
export function plainCode(input: unknown): string | undefined {
  if (typeof input !== 'string' || input.length > longestInput) return undefined;
  return input
    .normalize('NFKC')
    .replace(blanks, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(dashes, '-')
    .replace(senderPrefix, '')
    .replaceAll('-', '');
}

/**
 * Unicode encodes the decimal digits of a script as ten code points in a row (The Unicode Standard, 4.6),
 * and some rows follow each other without a gap.
 */
function asciiDigit(digit: string): string {
  const codePoint = Number(digit.codePointAt(0));
  let first = codePoint;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((codePoint - first) % 10);
}
