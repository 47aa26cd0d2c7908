import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import type { Provider } from '../../../lib/providers/provider.js';
import { inMemory } from '../../../lib/storage/in-memory.js';
import { TwoFactorStrategy } from '../../../lib/strategy/two-factor-strategy.js';
import { providerOf } from '../../fixtures/modica.js';
import { construct, thrownBy } from '../../fixtures/thrown.js';

const own: Provider = {
  name: 'own',
  codePattern: /^\d{6}$/,
  codeLifetime: 300,
  timeout: 10_000,
  send: async () => ({ kind: 'number_refused' }),
  check: async () => ({ verdict: 'rejected' }),
};

const strategyOf = (provider: unknown, options: object = {}) =>
  construct(
    TwoFactorStrategy,
    { ...inMemory(), provider, destination: () => null, ...options },
    async () => null,
  );

describe('Fallback providers', () => {
  it.each<[string, unknown, string]>([
    ['no list', own, 'must be a list of providers'],
    ['no providers', [{ name: 'own' }], 'must be a provider'],
    ['two of one name', [own], 'must have a name of its own'],
    [
      'a sum of timeouts that outlasts the cooldown',
      [{ ...own, name: 'slow', timeout: 20_000 }],
      'the timeouts of all providers in "fallback" together',
    ],
  ])('are refused if they are %s', async (_what, fallback, hint) => {
    const error = await thrownBy(ConfigurationError, () => strategyOf(own, { fallback }));
    expect(error.message).toContain(hint);
  });

  it('are accepted if they implement the contract', () => {
    const fallback = [{ ...own, name: 'another', call: own.send }];
    expect(strategyOf(own, { fallback })).toBeInstanceOf(TwoFactorStrategy);
  });
});

describe("A provider of the app's own", () => {
  it.each([0.5, 3600])('is accepted with a codeLifetime of %f', (codeLifetime) => {
    expect(strategyOf({ ...own, codeLifetime })).toBeInstanceOf(TwoFactorStrategy);
  });

  it.each<[string, object]>([
    ['does not send', { send: undefined }],
    ['does not check', { check: undefined }],
    ['has a call that is no function', { call: true }],
    ['has no name', { name: undefined }],
    ['has no codePattern', { codePattern: undefined }],
    ['has a string for codePattern', { codePattern: '^[0-9]+$' }],
    ['has a global codePattern', { codePattern: /^\d{6}$/g }],
    ['has a sticky codePattern', { codePattern: /\d{6}/y }],
    ['has no codeLifetime', { codeLifetime: undefined }],
    ['has a codeLifetime of 0', { codeLifetime: 0 }],
    ['has a codeLifetime that is no number', { codeLifetime: 'long' }],
    ['has a codeLifetime that is a numeric string', { codeLifetime: '300' }],
    ['has a codeLifetime that is NaN', { codeLifetime: Number.NaN }],
    ['has a codeLifetime above an hour', { codeLifetime: 3601 }],
    ['has an infinite codeLifetime', { codeLifetime: Number.POSITIVE_INFINITY }],
    ['has a timeout that is a numeric string', { timeout: '1000' }],
    ['has an infinite timeout', { timeout: Number.POSITIVE_INFINITY }],
    ['has no timeout', { timeout: undefined }],
    ['has a timeout below 0', { timeout: -1 }],
  ])('is refused if it %s', async (_what, change) => {
    const error = await thrownBy(ConfigurationError, () => strategyOf({ ...own, ...change }));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('option "provider" must be a provider: name, codePattern');
  });
});

describe('The timeout of a provider', () => {
  it('must be shorter than the cooldown, or an old answer could arrive after a newer message', async () => {
    const provider = providerOf({ url: 'http://127.0.0.1:1' }, { timeout: 5000 });
    const error = await thrownBy(ConfigurationError, () =>
      strategyOf(provider, { limits: { resendCooldown: 5 } }),
    );
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('"timeout" must be shorter than "limits.resendCooldown"');
    expect(strategyOf(provider, { limits: { resendCooldown: 6 } })).toBeInstanceOf(
      TwoFactorStrategy,
    );
  });
});
