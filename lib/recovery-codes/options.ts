// The option "recoveryCodes": what the app does with the stored hashes.
import { z } from 'zod';
import type { UserId } from '../challenge/challenge.js';

/**
 * Your database of recovery codes: the `hashes` of `generateRecoveryCodes`, each with the id of its user. Both
 * functions may return a promise, which must settle within `verifyTimeout`. Their errors are passed on
 * unchanged; the login fails and no code is used up by this library.
 *
 * @example
 * {
 *   hashes: (userId) =>
 *     db.prepare('SELECT hash FROM recovery_codes WHERE user_id = ?').pluck().all(userId),
 *   consume: (userId, hash) =>
 *     db.prepare('DELETE FROM recovery_codes WHERE user_id = ? AND hash = ?').run(userId, hash)
 *       .changes === 1,
 * }
 */
export interface RecoveryCodeOptions<TId extends UserId = UserId> {
  /** Returns the unused stored hashes of a user; an empty list for a user without codes. */
  hashes(userId: TId): readonly string[] | Promise<readonly string[]>;
  /**
   * Deletes this hash of this user in one atomic step, and returns true only to the one caller whose delete
   * removed it: a code must be used successfully only once (NIST SP 800-63B-4, 3.1.2.2). Never read it first
   * and delete it afterwards. Anything but true and false is the error `option_invalid`.
   */
  consume(userId: TId, hash: string): boolean | Promise<boolean>;
}

/** Keeps the object as it is: it may be an instance of a class, with a database in it. */
export const recoveryCodesSchema = z.custom<RecoveryCodeOptions>(
  (value) => {
    const isFunction = (name: string) => typeof Reflect.get(Object(value), name) === 'function';
    return isFunction('hashes') && isFunction('consume');
  },
  {
    error:
      'must be an object with two functions: { hashes: (userId) => …, consume: (userId, hash) => … }',
  },
);
