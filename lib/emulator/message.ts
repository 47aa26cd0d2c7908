import { documented } from './vocabulary.js';

/** An SMS that the emulator delivered. */
export interface Message {
  /** The phone number that got it, in E.164. */
  readonly to: string;
  /** The whole text, with the code in it. */
  readonly text: string;
  /** The code alone. */
  readonly code: string;
  /** When it was sent, by the emulator's clock. */
  readonly sentAt: Date;
  /** The alphanumeric sender, where the challenge set a `mask`. */
  readonly from?: string | undefined;
}

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
