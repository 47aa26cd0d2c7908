import { describe, expect, it } from 'vitest';
import { ConfigurationError, VerifyError } from '../../../lib/errors.js';
import { StoredRecoveryCodes } from '../../../lib/flow/stored-recovery-codes.js';
import { thrownBy } from '../../fixtures/thrown.js';

const never = () => new Promise<never>(() => {});

/** Calls one of the two callbacks of an option whose callbacks are all this one. */
const call = (name: 'hashes' | 'consume', callback: () => unknown) => {
  const stored = new StoredRecoveryCodes(Object({ hashes: callback, consume: callback }), 1);
  return name === 'hashes' ? stored.hashesOf(1) : stored.consume(1, 'hash');
};

describe('A callback of the option "recoveryCodes"', () => {
  it.each(['hashes', 'consume'] as const)(
    '%s is named by the error if it does not settle',
    async (name) => {
      const error = await thrownBy(VerifyError, () => call(name, never));
      expect(error.code).toBe('verify_timed_out');
      expect(error.message).toContain(`"recoveryCodes.${name}"`);
    },
  );

  it.each([
    ['hashes', 'rows.map(({ hash }) => hash)'],
    ['consume', 'number of deleted rows'],
  ] as const)(
    '%s is named by the error if it returns a row, with what to return',
    async (name, hint) => {
      const error = await thrownBy(ConfigurationError, () => call(name, () => ({ hash: 'hash' })));
      expect(error.code).toBe('option_invalid');
      expect(error.message).toContain(`"recoveryCodes.${name}"`);
      expect(error.hint).toContain(hint);
    },
  );
});
