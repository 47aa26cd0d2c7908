import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../lib/errors.js';
import { logIn, logOut } from '../../../lib/nestjs/passport-login.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { someUsers } from '../../fixtures/users.js';

describe('F31: logIn', () => {
  it('fails with store_failed if the login does not end before the deadline', async () => {
    const { alice } = someUsers();
    const request = Object({ logIn: () => {} });
    const error = await thrownBy(StoreError, () =>
      logIn(request, alice, { keepSessionInfo: false }, 1),
    );
    expect(error.code).toBe('store_failed');
    expect(error.hint).toContain('session store');
  });

  it.each([
    [
      'calls back',
      (...[, , done]: [unknown, unknown, (error?: unknown) => void]) => done(new Error('canary')),
    ],
    ['rejects', () => Promise.reject(new Error('canary'))],
    [
      'throws',
      () => {
        throw new Error('canary');
      },
    ],
  ])('passes the error on if the login %s with it', async (_how, logsIn) => {
    const { alice } = someUsers();
    const request = Object({ logIn: logsIn });
    await expect(logIn(request, alice, { keepSessionInfo: false })).rejects.toThrow('canary');
  });
});

describe('logOut', () => {
  it('fails with store_failed if the session does not end before the deadline', async () => {
    const request = Object({ logout: () => {} });
    const error = await thrownBy(StoreError, () => logOut(request, 1));
    expect(error.code).toBe('store_failed');
  });
});
