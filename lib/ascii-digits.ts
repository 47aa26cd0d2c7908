/**
 * Converts the decimal digits of any script to ASCII: full-width, Arabic, Thai. Unicode encodes the digits of a
 * script as ten consecutive code points (The Unicode Standard, 4.6), and some scripts follow each other without
 * a gap.
 */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    let codePoint = Number(digit.codePointAt(0));
    let before = 0;
    while (/\p{Nd}/u.test(String.fromCodePoint(--codePoint))) before += 1;
    return `${before % 10}`;
  });
}
