// Finds the code in pasted text: the code as it is, with spaces or dashes, or the SMS that contains it.
import { asciiDigits } from '../ascii-digits.js';

/** Longer than any SMS; the clipboard may hold a book. */
const longestText = 2000;

/** The last line of an origin-bound one-time code (WICG): '@example.com #123456'. */
const originLine = /^@\S+ #(\d{4,10})\b/m;

/** A number with what stands inside numbers: phone numbers, amounts, dates and times too. */
const numbers = /\+?\d(?:[\p{Zs}\t\p{Pd}\u2212.,:/]?\d)*/gu;

/** Six digits are preferred, because that is the length of most codes; then the first number wins. */
export function codeIn(text: string): string | undefined {
  const plain = normalised(text.slice(0, longestText));
  const codes = (plain.match(numbers) ?? [])
    .filter((number) => !number.startsWith('+'))
    .flatMap(groupsOf)
    .filter((code) => /^\d{4,10}$/.test(code));
  return originLine.exec(plain)?.[1] ?? codes.find(({ length }) => length === 6) ?? codes[0];
}

/** Codes are grouped evenly: '123 456' may be one number, '10 123456' is two. */
function groupsOf(number: string): readonly string[] {
  const groups = number.split(/[^\d.,:/]/);
  const even = groups.every(({ length }) => length === groups[0]?.length);
  return even ? [groups.join(''), ...groups] : groups;
}

/** As the server does: without invisible characters, and with the digits of any script as ASCII. */
function normalised(text: string): string {
  return asciiDigits(text.normalize('NFKC').replace(/[\p{Cf}\p{DI}]/gu, ''));
}
