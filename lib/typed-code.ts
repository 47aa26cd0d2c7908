// Normalises a code as people type or paste it, before its own format is checked.
import { asciiDigits } from './ascii-digits.js';

/** Longer than any code with the spaces and dashes that people add. */
const longestInput = 64;

/** White space and invisible characters: zero-width and directional marks, a BOM, a soft hyphen. */
const blanks = /[\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** U+2212 is the minus sign, which keyboards and spreadsheets insert for a dash. */
const dashes = /[\p{Pd}\u2212]/gu;

/**
 * Returns the input without blanks, with ASCII digits and '-' for every dash: a code may come with a no-break
 * space in the middle, a line break at the end, full-width or Arabic digits. Undefined for input that cannot
 * be a code.
 */
export function readTypedCode(input: unknown): string | undefined {
  if (typeof input !== 'string' || input.length > longestInput) return undefined;
  return asciiDigits(input.normalize('NFKC').replace(blanks, '')).replace(dashes, '-');
}
