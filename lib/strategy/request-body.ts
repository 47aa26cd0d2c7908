import { isObject } from './session.js';

/** What a request wants. */
export type Intent =
  | { readonly kind: 'challenge' }
  | { readonly kind: 'resend' }
  /** `code` is undefined when what was posted cannot be one. */
  | { readonly kind: 'response'; readonly code: string | undefined };

interface Fields {
  readonly codeField: string;
  readonly resendField: string;
}

/**
 * Reads the code and the wish for a resend, and nothing else of the body is believed. A form has its
 * code field also when its resend button was pressed: empty beside a resend, it is a resend.
 */
export function readIntent(
  body: unknown,
  phase: 'challenge' | 'response' | undefined,
  { codeField, resendField }: Fields,
): Intent {
  if (phase === 'challenge') return { kind: 'challenge' };
  const code = field(body, codeField);
  const resend = isWish(field(body, resendField));
  if (resend && (code === undefined || code === '')) return { kind: 'resend' };
  if (resend) return { kind: 'response', code: undefined };
  if (code !== undefined || phase === 'response') {
    return { kind: 'response', code: plainCode(code) };
  }
  return { kind: 'challenge' };
}

/** Truthy, and not the text of something that is not: a form can post no other. */
function isWish(value: unknown): boolean {
  return Boolean(value) && value !== 'false' && value !== '0';
}

/** Only a body's own keys count: what a polluted prototype holds was never posted. */
export function field(body: unknown, key: string): unknown {
  return isObject(body) && Object.hasOwn(body, key) ? Reflect.get(body, key) : undefined;
}

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
 * end, full-width or Arabic digits. Undefined for what cannot be one; the provider's `codePattern` decides on
 * the rest before an attempt is counted.
 */
function plainCode(input: unknown): string | undefined {
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
