import http from 'node:http';
import https from 'node:https';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../lib/errors.js';
import { NexmoProvider } from '../../../../lib/nexmo.js';
import { nexmoSchema } from '../../../../lib/providers/nexmo/options.js';
import { nexmoAccount } from '../../../fixtures/nexmo.js';
import { construct, thrownBy } from '../../../fixtures/thrown.js';

describe('NexmoProvider', () => {
  it('requires a key and a secret only', () => {
    const provider = new NexmoProvider(nexmoAccount);
    expect(provider).toMatchObject({ name: 'nexmo', codeLifetime: 300, timeout: 10_000 });
    expect(provider.codePattern).toEqual(/^[0-9]{6}$/);
  });

  it("uses Nexmo's base URLs unless they are set", () => {
    expect(nexmoSchema.parse(nexmoAccount)).toMatchObject({
      baseUrl: 'https://rest.nexmo.com',
      conversionBaseUrl: 'https://api.nexmo.com',
      conversion: false,
    });
    const baseUrl = 'https://proxy.example.com/nexmo/';
    expect(nexmoSchema.parse({ ...nexmoAccount, baseUrl }).baseUrl).toBe(
      'https://proxy.example.com/nexmo',
    );
  });

  it('accepts every documented option', () => {
    const provider = new NexmoProvider({
      ...nexmoAccount,
      baseUrl: 'http://127.0.0.1:8080',
      digits: 10,
      codeLifetime: 3600,
      parameters: { bank: 'ACME' },
      contentParameters: ['before', 'after'],
      conversion: true,
      conversionBaseUrl: 'http://localhost:8080',
      agent: { http: new http.Agent(), https: new https.Agent() },
      timeout: 5000,
    });
    expect(provider).toMatchObject({ codeLifetime: 3600, timeout: 5000 });
    expect(provider.codePattern).toEqual(/^[0-9]{10}$/);
  });

  it.each<[string, unknown, string]>([
    ['apiKey', undefined, 'NEXMO_API_KEY'],
    ['apiKey', '', 'NEXMO_API_KEY'],
    ['apiKey', 'canary:x', 'must not contain ":"'],
    ['apiSecret', undefined, 'NEXMO_API_SECRET'],
    ['apiSecret', '', 'NEXMO_API_SECRET'],
    ['apiSecret', ['canary'], 'NEXMO_API_SECRET'],
    ['baseUrl', 7, 'like "https://rest.nexmo.com"'],
    ['baseUrl', 'http://rest.nexmo.com', 'it would send the API secret unencrypted'],
    ['baseUrl', 'https://app:canary@rest.nexmo.com', 'must be a URL without credentials'],
    ['conversionBaseUrl', 'rest.nexmo.com', 'like "https://api.nexmo.com"'],
    ['digits', '6', 'must be a number of digits'],
    ['digits', 6.5, 'whole number of digits'],
    ['digits', 3, 'at least 4 digits'],
    ['digits', 11, 'at most 10 digits'],
    ['codeLifetime', '300', 'must be a number of seconds'],
    ['codeLifetime', 60.5, 'whole number of seconds'],
    ['codeLifetime', 29, 'at least 30 seconds'],
    ['codeLifetime', 3601, 'at most 3600 seconds'],
    ['parameters', 'x', 'names of parameters to strings'],
    ['parameters.bank', { bank: 1 }, 'must be a string'],
    ...['api_key', 'api_secret', 'sig', 'to', 'pin', 'client-ref'].flatMap(
      (name): [string, unknown, string][] => [
        [`parameters.${name}`, { [name]: 'canary' }, 'that every request has'],
        ['contentParameters.0', [name, 'after'], 'that every request has'],
      ],
    ),
    ['contentParameters', 'text', "like ['before', 'after']"],
    ['contentParameters', ['text'], 'at least two'],
    ['contentParameters', ['text', 'text'], 'must not repeat a name'],
    ['contentParameters.1', ['text', '{x}'], 'letters, digits'],
    ['contentParameters.1', ['text', '{x'], 'letters, digits'],
    ['contentParameters.1', ['text', 'x}'], 'letters, digits'],
    ['contentParameters.0', [7, 'text'], 'must be a string'],
    ['conversion', 'yes', 'must be true or false'],
    ['agent', 'proxy', 'option "agent"'],
    ['timeout', 99, 'at least 100 milliseconds'],
    ['apiSecert', 'canary', '"apiSecert"'],
  ])(
    'refuses the option "%s" with the value %o, in an error without credentials',
    async (path, value, hint) => {
      const [name = ''] = path.split('.');
      const error = await thrownBy(ConfigurationError, () =>
        construct(NexmoProvider, { ...nexmoAccount, [name]: value }),
      );
      expect(error).toMatchObject({ code: 'option_invalid', status: 500 });
      expect(error.message).toContain(path);
      expect(error.message).toContain(hint);
      expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(
        'canary',
      );
    },
  );

  it.each([[undefined], [null], [{}]])('refuses missing options: %o', async (options) => {
    await thrownBy(ConfigurationError, () => construct(NexmoProvider, options));
  });
});
