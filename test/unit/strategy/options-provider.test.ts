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
  send: async () => ({ kind: 'refused' }),
  check: async () => ({ verdict: 'rejected' }),
};

const strategyOf = (provider: unknown, options: object = {}) =>
  construct(
    TwoFactorStrategy,
    { ...inMemory(), provider, destination: () => null, ...options },
    async () => null,
  );

describe('Providers beside the first', () => {
  it.each<[string, unknown, string]>([
    ['no list', own, 'must be a list of providers'],
    ['no providers', [{ name: 'own' }], 'must be a provider'],
    ['two of one name', [own], 'must hold providers of other names'],
    [
      'a sum of timeouts that outlasts the cool-down',
      [{ ...own, name: 'slow', timeout: 20_000 }],
      'the timeouts of all providers in "fallback" together',
    ],
  ])('are refused where they are %s', async (_what, fallback, hint) => {
    const error = await thrownBy(ConfigurationError, () => strategyOf(own, { fallback }));
    expect(error.message).toContain(hint);
  });

  it('are taken where they keep to the contract', () => {
    const fallback = [{ ...own, name: 'another' }];
    expect(strategyOf(own, { fallback })).toBeInstanceOf(TwoFactorStrategy);
  });
});

describe("A provider of the app's own", () => {
  it('is taken when it keeps to the contract', () => {
    expect(strategyOf(own)).toBeInstanceOf(TwoFactorStrategy);
  });

  it.each<[string, object]>([
    ['does not send', { send: undefined }],
    ['does not check', { check: undefined }],
    ['has no name', { name: undefined }],
    ['has no form of a code', { codePattern: undefined }],
    ['has a text for the form of a code', { codePattern: '^[0-9]+$' }],
    ['has a form of a code that remembers where it stopped', { codePattern: /^\d{6}$/g }],
    ['has a form of a code that is sticky', { codePattern: /\d{6}/y }],
    ['says no lifetime', { codeLifetime: undefined }],
    ['has a lifetime of 0', { codeLifetime: 0 }],
    ['has a lifetime that is no number', { codeLifetime: 'long' }],
    ['says no timeout', { timeout: undefined }],
    ['has a timeout below 0', { timeout: -1 }],
  ])('is refused when it %s', async (_what, change) => {
    const error = await thrownBy(ConfigurationError, () => strategyOf({ ...own, ...change }));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('option "provider" must be a provider: name, codePattern');
  });
});

describe('The timeout of a provider', () => {
  it('is shorter than the cool-down, or an old answer could come after a newer message', async () => {
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
