import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/index.js';
import { createTwoFactorGuard } from '../../../lib/nestjs/index.js';

describe('createTwoFactorGuard throws option_invalid', () => {
  it.each([
    [
      'challengeRedirect, with which the guard would never settle',
      { challengeRedirect: '/code' },
      /filter/,
    ],
    [
      'an unknown option',
      { purpos: 'step-up' },
      /Unknown option "purpos"\. Did you mean "purpose"\?/,
    ],
    ['an option of Passport', { failureRedirect: '/' }, /failureRedirect/],
    ['several strategies', { strategy: ['local', 'modica-2fa'] }, /even the password alone/],
    ["a name alone, as Nest's AuthGuard takes it", 'staff-2fa', /\{ strategy: "modica-2fa" \}/],
    ['an empty name', { strategy: '' }, /must not be empty/],
    ['an unknown purpose', { purpose: 'stepup' }, /'step-up'/],
    ['an unknown phase', { phase: 'first' }, /'challenge' or 'response'/],
    [
      'a transaction that is not a function',
      { transaction: 'transfer' },
      /function of the request/,
    ],
    ['a session that is not a boolean', { session: 'yes' }, /true or false/],
    [
      'a body that is no pipe',
      { purpose: 'step-up', transaction: () => ({}), body: { transform: true } },
      /"body" must be a pipe/,
    ],
    [
      'a body from which nothing is read',
      { body: { transform: () => {} } },
      /"body" requires "transaction" or "destination"/,
    ],
    [
      'a session for a step-up',
      { session: true, purpose: 'step-up' },
      /"session" requires purpose/,
    ],
    [
      'a session and a property',
      { session: true, property: 'account' },
      /"property" .*request\.user/,
    ],
  ])('for %s', (_what, options, reason) => {
    const make = () => Reflect.apply(createTwoFactorGuard, undefined, [options]);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(reason);
    expect(make).toThrow(expect.objectContaining({ code: 'option_invalid' }));
  });
});
