import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../lib/errors.js';
import { TwoFactorException } from '../../../lib/nestjs/index.js';
import { TwoFactorRefusal } from '../../../lib/refusal-error.js';

describe('TwoFactorException', () => {
  it('has the code and the details of a refusal, for the filters of an app', () => {
    const info = { code: 'code_incorrect', message: 'Incorrect.', attemptsRemaining: 3 } as const;
    const refusal = new TwoFactorRefusal(info);
    expect(new TwoFactorException(refusal)).toMatchObject({
      name: 'TwoFactorException',
      code: 'code_incorrect',
      refusal: info,
      cause: refusal,
    });
  });

  it('has the code of a fault, and nothing that a user may see', () => {
    const fault = new StoreError('store_failed', { problem: 'It is down.', hint: 'Start it.' });
    expect(new TwoFactorException(fault)).toMatchObject({
      name: 'TwoFactorException',
      code: 'store_failed',
      refusal: undefined,
      cause: fault,
    });
  });
});
