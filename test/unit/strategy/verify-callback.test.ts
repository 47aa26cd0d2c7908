import { describe, expect, it } from 'vitest';
import { VerifyError } from '../../../lib/errors.js';
import { settleVerify } from '../../../lib/strategy/verify-callback.js';
import { thrownBy } from '../../fixtures/thrown.js';

describe('A verify callback that never settles', () => {
  it('causes an error that names the time limit and the option that raises it', async () => {
    const error = await thrownBy(VerifyError, () => settleVerify(() => undefined, 20));
    expect(error.code).toBe('verify_timed_out');
    expect(error.message).toContain('20 ms');
    expect(error.hint).toContain('"verifyTimeout"');
  });
});
