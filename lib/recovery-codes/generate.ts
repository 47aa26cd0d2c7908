import { createCode, numbers, printCode } from './code.js';
import { hashCode } from './stored-hash.js';

/** A new set of recovery codes. */
export interface RecoveryCodes {
  /** For the user: show them once, over https, and never store them. `3T4K-9QWM-7C2X-V0HB` */
  readonly codes: readonly string[];
  /** For your database: one string of 89 ASCII characters for each code, in the same order. */
  readonly hashes: readonly string[];
}

/**
 * Creates ten recovery codes for one user: single-use look-up secrets (NIST SP 800-63B-4, 3.1.2) that the strategy
 * accepts instead of a code from a message. Replace the hashes of an earlier set in the same transaction, so that its
 * codes no longer work. Require a fresh second factor first: a password must not be enough to get codes.
 *
 * Takes some 200 ms, in Node's thread pool.
 *
 * @example
 * const { codes, hashes } = await generateRecoveryCodes();
 * await users.replaceRecoveryCodes(user.id, hashes);
 * res.render('recovery-codes', { codes });
 */
export async function generateRecoveryCodes(): Promise<RecoveryCodes> {
  const codes = numbers.map(createCode);
  const hashes = await Promise.all(codes.map(hashCode));
  return { codes: codes.map(printCode), hashes };
}
