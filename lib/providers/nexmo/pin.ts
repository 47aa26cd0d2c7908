import { randomInt } from 'node:crypto';

/** A text and no number: one in ten begins with a zero. */
export function makePin(digits: number): string {
  return Array.from({ length: digits }, () => randomInt(10)).join('');
}
