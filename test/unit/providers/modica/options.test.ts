import http from 'node:http';
import https from 'node:https';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../lib/errors.js';
import { ModicaClient } from '../../../../lib/providers/modica/client.js';
import {
  type ModicaClientOptions,
  modicaClientSchema,
} from '../../../../lib/providers/modica/options.js';
import { ModicaProvider } from '../../../../lib/providers/modica/provider.js';
import {
  type ModicaTwoFactorOptions,
  ModicaTwoFactorStrategy,
} from '../../../../lib/strategy/modica-strategy.js';
import { account } from '../../../fixtures/modica.js';
import { construct, thrownBy } from '../../../fixtures/thrown.js';

const destination = () => null;
const load = async () => null;

/** The error of a strategy that is constructed with these options. */
const problemWith = (options: object) =>
  thrownBy(ConfigurationError, () =>
    construct(ModicaTwoFactorStrategy, { ...account, destination, ...options }, load),
  );

const parsed = (options: Partial<ModicaClientOptions> = {}) =>
  modicaClientSchema.parse({ ...account, ...options });

describe('ModicaTwoFactorStrategy', () => {
  it('requires a username, a password and a destination only', () => {
    const strategy = new ModicaTwoFactorStrategy({ ...account, destination }, load);
    expect(strategy.name).toBe('modica-2fa');
  });

  it('accepts every documented option', () => {
    const options: ModicaTwoFactorOptions<Express.User> & { passReqToCallback: true } = {
      ...account,
      destination,
      baseUrl: 'optus',
      agent: { http: new http.Agent(), https: new https.Agent() },
      timeout: 29_999,
      mask: 'elevenchars',
      expiresIn: 3600,
      acceptedStatuses: ['ok'],
      statusVerdicts: { gone: 'expired' },
      errorVerdicts: { spent: 'exhausted' },
      sendErrorVerdicts: { bad: 'number', slow: 'throttled', poor: 'account' },
      codePattern: /^[0-9]{6}$/,
      name: 'sms',
      passReqToCallback: true,
    };
    expect(new ModicaTwoFactorStrategy(options, load).name).toBe('sms');
  });

  it.each(['elevenchars', '0800 Bank', "A&B (NZ)'s"])('accepts the sender "%s"', (mask) => {
    const options = { ...account, destination, mask };
    expect(() => new ModicaTwoFactorStrategy<Express.User>(options, load)).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['username', undefined, 'MODICA_USERNAME'],
    ['username', '', 'MODICA_USERNAME'],
    ['username', 7, 'MODICA_USERNAME'],
    ['username', 'canary:password', 'must not contain ":"'],
    ['password', undefined, 'MODICA_PASSWORD'],
    ['password', '', 'MODICA_PASSWORD'],
    ['password', null, 'MODICA_PASSWORD'],
    ['password', ['canary-password'], 'MODICA_PASSWORD'],
    ['baseUrl', 7, 'must be a string'],
    ['baseUrl', '', "must be an https URL, or 'optus'"],
    ['baseUrl', 'api.modicagroup.com', "must be an https URL, or 'optus'"],
    [
      'baseUrl',
      'http://api.modicagroup.com/rest/2fa',
      'plain http is accepted for this machine only',
    ],
    ['baseUrl', 'http://127.0.0.1.example.com', 'plain http is accepted for this machine only'],
    ['baseUrl', 'http://localhost.example.com', 'plain http is accepted for this machine only'],
    ['baseUrl', 'http://notlocalhost', 'plain http is accepted for this machine only'],
    ['baseUrl', 'http://10.0.0.1', 'plain http is accepted for this machine only'],
    ['baseUrl', 'ftp://127.0.0.1', "must be an https URL, or 'optus'"],
    ['baseUrl', 'file:///etc/passwd', "must be an https URL, or 'optus'"],
    ['baseUrl', 'constructor', "must be an https URL, or 'optus'"],
    ['baseUrl', '__proto__', "must be an https URL, or 'optus'"],
    ['baseUrl', 'https://app:canary-password@example.com', 'credentials have options of their own'],
    ['baseUrl', 'https://canary-password@example.com', 'credentials have options of their own'],
    ['baseUrl', 'https://:canary-password@example.com', 'credentials have options of their own'],
    ['baseUrl', 'https://example.com/?key=canary-password', 'must be a URL without credentials'],
    ['baseUrl', 'https://example.com/#canary-password', 'must be a URL without credentials'],
    ['agent', 'proxy', 'option "agent"'],
    ['agent.ftp', { ftp: new http.Agent() }, 'Unknown option'],
    ['agent.http', { http: {} }, 'must be an http.Agent'],
    ['agent.https', { https: 'proxy' }, 'must be an https.Agent'],
    ['timeout', '1000', 'must be a number of milliseconds'],
    ['timeout', 100.5, 'must be a whole number of milliseconds'],
    ['timeout', 99, 'must be at least 100 milliseconds'],
    ['timeout', 120_001, 'must be at most 120000 milliseconds'],
    ['mask', 5, 'must be a string'],
    ['mask', '', 'must not be empty'],
    ['mask', 'twelve chars', 'must have at most 11 characters'],
    ...[
      'Müller',
      '😀😀',
      'ab\ncd',
      ' lead',
      'trail ',
      '+64211',
      '12345',
      '- -',
      'Bank<b>',
      'a%(b)s',
      'Ñandú',
      '@home',
      'A\u00a0B',
    ].map((mask): [string, unknown, string] => ['mask', mask, 'carriers reject others']),
    ['sendErrorVerdicts.bad', { bad: 'rejected' }, "must be one of 'number'"],
    ['sendErrorVerdicts', 'number', "must map the API's values to"],
    ['codePattern', '^[0-9]{6}$', 'must be a regular expression'],
    ['codePattern', /^[0-9]{6}$/g, 'without the flags g and y'],
    ['expiresIn', '600', 'must be a number of seconds'],
    ['expiresIn', 60.5, 'must be a whole number of seconds'],
    ['expiresIn', 29, 'must be at least 30 seconds'],
    ['expiresIn', 3601, 'must be at most 3600 seconds'],
    ['acceptedStatuses', 'valid', 'must be a list of strings'],
    ['acceptedStatuses', [], 'must have at least one status, or no code is ever accepted'],
    ['acceptedStatuses.0', [''], 'option "acceptedStatuses.0"'],
    ['statusVerdicts', 'valid', "must map the API's values to 'rejected', 'expired', 'used'"],
    ['errorVerdicts', [], "must map the API's values to 'rejected', 'expired', 'used'"],
    ['statusVerdicts.ok', { ok: 'accepted' }, 'option "statusVerdicts.ok"'],
    ['errorVerdicts.ok', { ok: 'accepted' }, 'option "errorVerdicts.ok"'],
    ['pasword', 'canary-password', 'Unknown option "pasword". Did you mean "password"?'],
  ])(
    'refuses the option "%s" with the value %o, in an error without credentials',
    async (path, value, hint) => {
      const [name = ''] = path.split('.');
      const error = await problemWith({ [name]: value });
      expect(error).toMatchObject({ code: 'option_invalid', status: 500 });
      expect(error.message).toContain(`option "${path}"`);
      expect(error.message).toContain(hint);
      expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(
        'canary',
      );
    },
  );

  it('names every invalid option in one error', async () => {
    const error = await problemWith({ username: undefined, password: undefined, timeout: 1 });
    expect(error.message).toMatch(/"username".*"password".*"timeout"/);
  });
});

describe.each([
  ['ModicaClient', ModicaClient],
  ['ModicaProvider', ModicaProvider],
])('%s', (_name, made) => {
  it('requires the credentials', async () => {
    const error = await thrownBy(ConfigurationError, () => construct(made, {}));
    expect(error.message).toMatch(/"username".*"password"/);
  });

  it('refuses an unknown option', async () => {
    const error = await thrownBy(ConfigurationError, () =>
      construct(made, { ...account, title: 'x' }),
    );
    expect(error.message).toContain('"title"');
  });
});

describe('The name of a ModicaProvider', () => {
  it('is "modica", unless it is set', () => {
    expect(new ModicaProvider(account).name).toBe('modica');
    expect(new ModicaProvider({ ...account, name: 'optus', baseUrl: 'optus' }).name).toBe('optus');
  });

  it.each(['', 7])('cannot be %o', async (name) => {
    const error = await thrownBy(ConfigurationError, () =>
      construct(ModicaProvider, { ...account, name }),
    );
    expect(error.message).toContain('The option "name" must');
  });
});

describe('Missing options', () => {
  it.each([[undefined], [null]])('are an error of ModicaClient: %o', async (options) => {
    const error = await thrownBy(ConfigurationError, () => construct(ModicaClient, options));
    expect(error.code).toBe('option_invalid');
  });

  it.each([
    ['ModicaProvider', ModicaProvider],
    ['ModicaTwoFactorStrategy', ModicaTwoFactorStrategy],
  ])('are an error of %s', async (_name, made) => {
    await thrownBy(ConfigurationError, () => construct(made, undefined, load));
  });
});

describe('The option baseUrl', () => {
  it.each([
    [undefined, 'https://api.modicagroup.com/rest/2fa'],
    ['modica', 'https://api.modicagroup.com/rest/2fa'],
    ['optus', 'https://api.sms.optus.com.au/rest/2fa'],
    ['https://proxy.example.com/modica/', 'https://proxy.example.com/modica'],
    ['https://proxy.example.com', 'https://proxy.example.com'],
    ['http://127.0.0.1:8080/rest/2fa', 'http://127.0.0.1:8080/rest/2fa'],
    ['http://127.10.200.30', 'http://127.10.200.30'],
    ['http://localhost:8080//', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('resolves %o to %s', (baseUrl, uri) => {
    expect(parsed({ baseUrl }).baseUrl).toBe(uri);
  });

  it.each(['https://example.com/rest/2fa?', 'https://example.com/rest/2fa#'])(
    'refuses an empty query or fragment: %s',
    (baseUrl) => {
      expect(() => parsed({ baseUrl })).toThrow('must be a URL without credentials');
    },
  );
});
