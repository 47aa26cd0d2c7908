import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import type { Limits } from '../../../lib/limits/options.js';
import { TwoFactorStrategy } from '../../../lib/strategy/two-factor-strategy.js';
import { limitSettings } from '../../fixtures/limits.js';
import { providerOf } from '../../fixtures/modica.js';
import { construct, thrownBy } from '../../fixtures/thrown.js';

const provider = providerOf({ url: 'http://127.0.0.1:1' });

const problemWith = (limits: unknown) =>
  thrownBy(ConfigurationError, () =>
    construct(TwoFactorStrategy, { provider, destination: () => null, limits }, () => null),
  );

const day = 86_400;

const bounds: readonly [keyof Limits, number, string][] = [
  ['attemptsPerChallenge', 20, 'must be at most 20'],
  ['failuresPerUser', 100, 'must be at most 100'],
  ['failureWindow', day, 'must be at most a day (86400 seconds)'],
  ['lockDuration', day, 'must be at most a day (86400 seconds)'],
  ['maxLockDuration', day, 'must be at most a day (86400 seconds)'],
  ['consecutiveFailures', 100, 'must be at most 100 (NIST SP 800-63B-4, 3.2.2)'],
  ['resendCooldown', day, 'must be at most a day (86400 seconds)'],
  ['firstFactorMaxAge', 3600, 'must be at most 3600 seconds'],
];

const names: readonly (keyof Limits)[] = [
  ...bounds.map(([name]) => name),
  'sendsPerHour',
  'unansweredSendsPerHour',
  'sendsPerHourPerIp',
  'sendsPerHourTotal',
];

describe('A limit', () => {
  it.each(bounds)('%s may be from 1 to %i', (name, most) => {
    expect(limitSettings({ [name]: 1 })).toHaveProperty(name, 1);
    expect(limitSettings({ [name]: most })).toHaveProperty(name, most);
  });

  it.each(bounds)('%s may not be more than %i', async (name, most, hint) => {
    const error = await problemWith({ [name]: most + 1 });
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(`option "limits.${name}" ${hint}`);
  });

  it.each(names)('%s may not be 0, which would disable it or lock every user out', async (name) => {
    const error = await problemWith({ [name]: 0 });
    expect(error.message).toContain(`option "limits.${name}" must be at least 1`);
  });

  it.each(names)('%s may not be a fraction', async (name) => {
    const error = await problemWith({ [name]: 1.5 });
    expect(error.message).toContain(`option "limits.${name}" must be a whole number of `);
  });

  it.each([['5'], [null], [Number.NaN], [Number.POSITIVE_INFINITY], [true]])(
    'may not be %o',
    async (value) => {
      const error = await problemWith({ sendsPerHour: value });
      expect(error.message).toContain('option "limits.sendsPerHour" must be a number of messages');
    },
  );
});

describe('Limits', () => {
  it('are rejected when they contain an unknown name', async () => {
    const error = await problemWith({ attempts: 3 });
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(
      'Unknown option "limits.attempts". Did you mean "limits.attemptsPerChallenge"?',
    );
  });

  it.each([[null], [5], ['none'], [false]])('may not be %o', async (limits) => {
    const error = await problemWith(limits);
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('option "limits" ');
  });
});
