import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { requireSecondFactor } from '../../../lib/index.js';
import { thrownBy } from '../../fixtures/thrown.js';

describe('An option of requireSecondFactor', () => {
  it.each<[string, unknown, string]>([
    ['maxAge', '300', 'must be a number of seconds'],
    ['maxAge', 0, 'must be at least 1'],
    ['maxAge', 1.5, 'must be a whole number of seconds'],
    ['userId', 'id', '(user) => user.id'],
    ['verifiedAt', new Date(), 'that returns a Date, an ISO string or seconds'],
    [
      'redirectTo',
      7,
      'must be a path on this site, like "/confirm", or a function that returns one',
    ],
    ['redirectTo', '//evil.example', 'must be a path on this site, like "/confirm"'],
    ['redirectTo', 'https://example.com', 'must be a path on this site'],
    ['locale', 7, "must be a language like 'es'"],
    ['maxage', 300, 'Unknown option "maxage". Did you mean "maxAge"?'],
  ])(
    'is checked when the middleware is created: "%s" must not be %o',
    async (name, value, hint) => {
      const error = await thrownBy(ConfigurationError, () =>
        requireSecondFactor(Object({ [name]: value })),
      );
      expect(error.code).toBe('option_invalid');
      expect(error.message).toContain(hint);
    },
  );
});
