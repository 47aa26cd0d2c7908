// The format of a recovery code: how one is made, printed and read.
import { randomBytes } from 'node:crypto';
import { readTypedCode } from '../typed-code.js';

/** Crockford's base32: without I, L, O and U, which are mistaken for digits or spell words. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code in canonical form: its number in the set, and 15 random characters. */
const codePattern = /^[0-9][0-9A-HJKMNP-TV-Z]{15}$/;

/** A set has one code for each digit: the first character of a code is its number. */
export const numbers = [...'0123456789'];

/**
 * Creates a code in canonical form. NIST SP 800-63B-4 asks for an approved random bit generator (3.1.2.1), which
 * is OpenSSL's behind `node:crypto`, and for at least 64 bits in a saved recovery code (4.2). These are 75: each
 * random byte gives five bits, and 256 is a multiple of 32, so that no character is more likely than another.
 */
export function createCode(number: string): string {
  const random = [...randomBytes(15)].map((byte) => alphabet.charAt(byte % 32));
  return number + random.join('');
}

/** The number of a code in canonical form. It only finds the code's record, and adds nothing to its secret. */
export function numberOf(code: string): string {
  return code.charAt(0);
}

/** Prints a code in groups of four: `3T4K-9QWM-…`. */
export function printCode(code: string): string {
  return code.replaceAll(/.{4}(?=.)/g, '$&-');
}

/**
 * Reads a code as it was typed or pasted, in either case, with or without dashes, and with the letters that
 * Crockford reads as digits. Undefined for input that cannot be a recovery code.
 */
export function readCode(input: unknown): string | undefined {
  const code = readTypedCode(input)
    ?.toUpperCase()
    .replaceAll('-', '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0');
  return code !== undefined && codePattern.test(code) ? code : undefined;
}
