import { randomInt } from 'node:crypto';

/** What a code looks like. */
interface CodeForm {
  readonly length: number;
  readonly alphabet: 'digits' | 'letters' | 'letters and digits' | 'other characters';
}

export function formOf(code: string): CodeForm {
  return { length: code.length, alphabet: alphabetOf(code) };
}

function alphabetOf(code: string): CodeForm['alphabet'] {
  if (/^[0-9]+$/.test(code)) return 'digits';
  if (/^[A-Za-z]+$/.test(code)) return 'letters';
  if (/^[0-9A-Za-z]+$/.test(code)) return 'letters and digits';
  return 'other characters';
}

export function isOfOneForm(one: string, other: string): boolean {
  const [first, second] = [formOf(one), formOf(other)];
  return first.length === second.length && first.alphabet === second.alphabet;
}

/** The usual form: the document does not say which it is. */
export function someCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** A wrong one of the same form: another digit or letter in the last place. */
export function anotherCode(code: string): string {
  const last = code.slice(-1);
  const others = /[0-9]/.test(last) ? ['0', '1'] : ['A', 'B'];
  return code.slice(0, -1) + (others[0] === last.toUpperCase() ? others[1] : others[0]);
}
