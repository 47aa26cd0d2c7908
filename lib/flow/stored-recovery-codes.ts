// Reads and validates what the app's option "recoveryCodes" returns.
import type { UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import type { RecoveryCodeOptions } from '../recovery-codes/options.js';
import { withDeadline } from '../timers.js';
import { callbackOverdue } from './users.js';

export class StoredRecoveryCodes {
  constructor(
    private readonly option: RecoveryCodeOptions,
    /** Milliseconds. */
    private readonly timeout: number,
  ) {}

  /** @throws {ConfigurationError} `option_invalid` */
  async hashesOf(userId: UserId): Promise<readonly string[]> {
    const hashes: unknown = await withDeadline(
      this.timeout,
      () => this.option.hashes(userId),
      callbackOverdue('recoveryCodes.hashes'),
    );
    if (isStrings(hashes)) return hashes;
    throw new ConfigurationError('option_invalid', {
      problem: 'The option "recoveryCodes.hashes" did not return a list of strings.',
      hint: "Return the user's unused stored hashes, not the rows that contain them: rows.map(({ hash }) => hash).",
    });
  }

  /**
   * Uses up a code. Returns true to exactly one caller.
   *
   * @throws {ConfigurationError} `option_invalid`: a result that could be mistaken for success is none.
   */
  async consume(userId: UserId, hash: string): Promise<boolean> {
    const isConsumed: unknown = await withDeadline(
      this.timeout,
      () => this.option.consume(userId, hash),
      callbackOverdue('recoveryCodes.consume'),
    );
    if (typeof isConsumed === 'boolean') return isConsumed;
    throw new ConfigurationError('option_invalid', {
      problem: 'The option "recoveryCodes.consume" returned neither true nor false.',
      hint: 'Return whether this call deleted the hash: compare the number of deleted rows with 1.',
    });
  }
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((hash) => typeof hash === 'string');
}
