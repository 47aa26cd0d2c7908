import { documented } from './vocabulary.js';

/**
 * Every occurrence is replaced and a stray `%` stays: the document says only that the variable must
 * be there.
 */
export function writeText(content: string, code: string): string {
  return content.replaceAll(documented.codeVariable, code);
}

/** 'Masks exceeding this length will be rejected by mobile carriers': by them, not by the API. */
export function carrierRejects(mask: string | undefined): boolean {
  return mask !== undefined && mask.length > documented.longestMask;
}
