import http from 'node:http';
import https from 'node:https';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../lib/errors.js';
import { InfobipClient, InfobipProvider } from '../../../../lib/infobip.js';
import { infobipClientSchema } from '../../../../lib/providers/infobip/options.js';
import { apiKey, applicationId, messageId } from '../../../fixtures/infobip.js';
import { construct, thrownBy } from '../../../fixtures/thrown.js';

const account = { apiKey, baseUrl: 'https://xxxxx.api.infobip.com' };
const needed = { ...account, applicationId, messageId };

describe('InfobipProvider', () => {
  it('requires a key, a base URL, an application and a template only', () => {
    const provider = new InfobipProvider(needed);
    expect(provider).toMatchObject({ name: 'infobip', codeLifetime: 900, timeout: 10_000 });
    for (const code of ['1234', '123456', 'A1b2C3d4']) expect(code).toMatch(provider.codePattern);
    for (const code of ['', '123', '1234567890123', '12 34']) {
      expect(code).not.toMatch(provider.codePattern);
    }
  });

  it('accepts every documented option', () => {
    const provider = new InfobipProvider({
      ...needed,
      agent: { http: new http.Agent(), https: new https.Agent() },
      timeout: 5000,
      from: 'Bank',
      codeLifetime: 3600,
      placeholders: { bank: 'ACME' },
      contentPlaceholders: ['before', 'after'],
      numberLookup: true,
      errorVerdicts: { GONE: 'expired' },
      codePattern: /^[0-9]{6}$/,
    });
    expect(provider.codePattern.test('12345')).toBe(false);
    expect(provider.codeLifetime).toBe(3600);
  });

  it('has twice the timeout with contentPlaceholders, to read the template first', () => {
    const provider = new InfobipProvider({ ...needed, contentPlaceholders: ['a', 'b'] });
    expect(provider.timeout).toBe(20_000);
  });

  it.each<[string, unknown, string]>([
    ['apiKey', undefined, 'INFOBIP_API_KEY'],
    ['apiKey', '', 'as the portal shows it'],
    ['apiKey', 'App canary-key', 'without "App "'],
    ['apiKey', 'canary-key\r\nX: 1', 'as the portal shows it'],
    ['apiKey', ['canary-key'], 'INFOBIP_API_KEY'],
    ['baseUrl', undefined, 'INFOBIP_BASE_URL'],
    ['baseUrl', '', 'must be an https URL'],
    ['baseUrl', 'xxxxx.api.infobip.com', 'like "https://xxxxx.api.infobip.com"'],
    ['baseUrl', 'http://xxxxx.api.infobip.com', 'it would send the API key unencrypted'],
    ['baseUrl', 'https://app:canary-key@api.infobip.com', 'must be a URL without credentials'],
    ['baseUrl', 'https://api.infobip.com/?key=canary-key', 'must be a URL without credentials'],
    ['applicationId', undefined, 'is missing'],
    ['applicationId', 'a/b', 'an Infobip id'],
    ['messageId', undefined, 'is missing'],
    ['messageId', '../x', 'an Infobip id'],
    ['from', 7, 'must be a string'],
    ['from', '', 'must not be empty'],
    ['codeLifetime', '300', 'must be a number of seconds'],
    ['codeLifetime', 60.5, 'whole number of seconds'],
    ['codeLifetime', 29, 'at least 30 seconds'],
    ['codeLifetime', 3601, 'at most 3600 seconds'],
    ['placeholders', 'x', 'names of placeholders to strings'],
    ['placeholders.bank', { bank: 1 }, 'must be a string'],
    ['placeholders.pin', { pin: '1' }, 'which Infobip fills in itself'],
    ['placeholders.{{bank}}', { '{{bank}}': '1' }, 'without braces'],
    ['placeholders.{bank', { '{bank': '1' }, 'without braces'],
    ['placeholders.bank}', { 'bank}': '1' }, 'without braces'],
    ['contentPlaceholders', 'text', "like ['before', 'after']"],
    ['contentPlaceholders', ['text'], 'at least two'],
    ['contentPlaceholders', ['text', 'text'], 'must not repeat a name'],
    ['contentPlaceholders.1', ['text', 'pin'], 'which Infobip fills in itself'],
    ['contentPlaceholders.0', [1, 'text'], 'must be a string'],
    ['numberLookup', 'no', 'must be true or false'],
    ['errorVerdicts', 'x', "'rejected', 'expired', 'used' or 'exhausted'"],
    ['errorVerdicts.OK', { OK: 'accepted' }, 'option "errorVerdicts.OK"'],
    ['codePattern', '[0-9]', 'must be a regular expression'],
    ['codePattern', /x/g, 'without the flags g and y'],
    ['codePattern', /x/y, 'without the flags g and y'],
    ['agent', 'proxy', 'option "agent"'],
    ['timeout', 99, 'at least 100 milliseconds'],
    ['aplicationId', 'x', '"aplicationId"'],
  ])(
    'refuses the option "%s" with the value %o, in an error without credentials',
    async (path, value, hint) => {
      const [name = ''] = path.split('.');
      const error = await thrownBy(ConfigurationError, () =>
        construct(InfobipProvider, { ...needed, [name]: value }),
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
    const error = await thrownBy(ConfigurationError, () => construct(InfobipProvider, options));
    expect(error.message).toContain('"apiKey"');
  });
});

describe('InfobipClient', () => {
  it('requires an account only, and refuses the options of a provider', async () => {
    expect(new InfobipClient(account).timeout).toBe(10_000);
    const error = await thrownBy(ConfigurationError, () => construct(InfobipClient, needed));
    expect(error.message).toContain('"applicationId"');
  });

  it.each([[undefined], [null]])('refuses missing options: %o', async (options) => {
    await thrownBy(ConfigurationError, () => construct(InfobipClient, options));
  });

  it('appends paths to a base URL with or without a slash', () => {
    const read = (baseUrl: string) => infobipClientSchema.parse({ apiKey, baseUrl }).baseUrl;
    expect(read('https://proxy.example.com/infobip/')).toBe('https://proxy.example.com/infobip');
    expect(read('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  });
});
