import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { inMemory } from '../../../lib/storage/in-memory.js';
import type { TwoFactorOptions } from '../../../lib/strategy/options.js';
import { parseStrategyOptions } from '../../../lib/strategy/options-schema.js';
import { TwoFactorStrategy } from '../../../lib/strategy/two-factor-strategy.js';
import { providerOf } from '../../fixtures/modica.js';
import { construct, thrownBy } from '../../fixtures/thrown.js';

type User = Express.User;

const provider = providerOf({ url: 'http://127.0.0.1:1' });
const destination = (user: User) => user.mobile;
const load = async () => null;
const memory = inMemory();

/** The options as a strategy understands them. */
const understood = (options: Partial<TwoFactorOptions<User>> = {}) =>
  parseStrategyOptions<User>({ provider, destination, ...options });

/** The error of a construction with these options, some of them bad. */
const problemWith = (options: object) =>
  thrownBy(ConfigurationError, () =>
    construct(TwoFactorStrategy, { provider, destination, ...options }, load),
  );

const longText = 'x'.repeat(10);

describe('A strategy with only the required options', () => {
  it('has a safe default for everything else', () => {
    expect(understood()).toMatchObject({
      name: 'modica-2fa',
      realm: 'users',
      codeField: 'code',
      resendField: 'resend',
      recoveryCodeField: 'recoveryCode',
      challengeField: 'challenge',
      state: 'session',
      passReqToCallback: false,
      verifyTimeout: 10_000,
      limits: {
        attemptsPerChallenge: 5,
        failuresPerUser: 10,
        failureWindow: 900,
        lockDuration: 900,
        maxLockDuration: 86_400,
        consecutiveFailures: 100,
        resendCooldown: 30,
        sendsPerHour: 20,
        unansweredSendsPerHour: 5,
        firstFactorMaxAge: 900,
      },
    });
    expect(understood().allowedPrefixes).toBeUndefined();
    expect(understood().limits.sendsPerHourPerIp).toBeUndefined();
    expect(understood().limits.sendsPerHourTotal).toBeUndefined();
  });

  it('treats an option that is undefined as not set', () => {
    const options = { name: undefined, limits: { sendsPerHour: undefined }, state: undefined };
    const functions = { userId: expect.any(Function), locale: expect.any(Function) };
    expect(understood(options)).toEqual({ ...understood(), ...functions });
  });

  it('shares the storage of this process with all others', () => {
    expect(understood().storage).toBe(understood().storage);
  });

  it('is registered as modica-2fa by default, or by its option "name"', () => {
    expect(new TwoFactorStrategy({ provider, destination }, load).name).toBe('modica-2fa');
    expect(new TwoFactorStrategy({ provider, destination, name: 'sms' }, load).name).toBe('sms');
  });

  it('identifies a user by the property "id"', () => {
    const { userId } = understood();
    expect(userId({ id: 7, name: 'alice', mobile: null })).toBe(7);
  });

  it.each([[undefined], [null], ['alice'], [7], [{}]])('finds no id in %o', (user) => {
    const { userId } = parseStrategyOptions<unknown>({ provider, destination });
    expect(userId(user)).toBeUndefined();
  });
});

describe('The options of a strategy', () => {
  it('are accepted as they are', () => {
    const told = {
      name: 'sms',
      codeField: 'otp',
      resendField: 'again',
      challengeField: 'id',
      state: 'client' as const,
      allowedPrefixes: ['+64', '+1809'],
      verifyTimeout: 600_000,
      content: 'Bank: %(code)s',
      originBoundTo: 'xn--exmple-cua.com',
      limits: { attemptsPerChallenge: 20, sendsPerHourPerIp: 10, sendsPerHourTotal: 100 },
    };
    expect(understood(told)).toMatchObject(told);
  });

  it.each(['es', 'es-DO', 'es-419', 'zh-Hant-TW', 'fil'])(
    'may have messages in any language: %s',
    (language) => {
      const { translations } = understood({ messages: { [language]: { code_incorrect: '…' } } });
      const refused = { code: 'code_incorrect', attemptsRemaining: 1 } as const;
      expect(translations.translate(refused, language).message).toBe('…');
    },
  );

  it('may hold a storage of its own, with store and limiter', () => {
    expect(understood(memory).storage).toEqual(memory);
    expect(inMemory().store).not.toBe(inMemory().store);
    expect(inMemory().limiter).not.toBe(inMemory().limiter);
  });
});

describe('A strategy is refused', () => {
  it.each<[string, unknown, string]>([
    ['provider', undefined, 'must be a provider'],
    ['provider', null, 'must be a provider'],
    ['provider', 'modica', 'must be a provider'],
    ['provider', { send: () => null }, 'must be a provider'],
    ['destination', undefined, '(user) => user.mobile'],
    ['destination', '+64211234567', '(user) => user.mobile'],
    ['userId', 'id', '(user) => user.id'],
    ['allowedPrefixes', '+64', "must be a list of prefixes like ['+64', '+1809']"],
    ['allowedPrefixes', [], 'must contain at least one prefix'],
    ['deniedPrefixes', '+1900', "must be a list of prefixes like ['+64', '+1809']"],
    ['deniedPrefixes.0', ['1900'], "must be a prefix like '+64' or '+1809'"],
    ['allowedPrefixes.0', ['64'], "must be a prefix like '+64' or '+1809'"],
    ['allowedPrefixes.1', ['+64', '+0'], "must be a prefix like '+64' or '+1809'"],
    ['allowedPrefixes.0', ['+'], "must be a prefix like '+64' or '+1809'"],
    ['allowedPrefixes.0', ['0+64'], "must be a prefix like '+64' or '+1809'"],
    ['allowedPrefixes.0', ['+64 21'], "must be a prefix like '+64' or '+1809'"],
    ['name', '', 'must not be empty'],
    ['name', 7, 'must be a string'],
    ['realm', '', 'must not be empty'],
    ['realm', null, 'must be a string'],
    ['codeField', '', 'must not be empty'],
    ['resendField', null, 'must be a string'],
    ['challengeField', ['challenge'], 'must be a string'],
    ['recoveryCodeField', '', 'must not be empty'],
    ['recoveryCodes', null, 'must be an object with two functions'],
    ['recoveryCodes', () => [], 'must be an object with two functions'],
    [
      'recoveryCodes',
      { hashes: () => [] },
      '{ hashes: (userId) => …, consume: (userId, hash) => … }',
    ],
    ['state', 'cookie', "must be 'session' or 'client'"],
    ['passReqToCallback', 'yes', 'must be true or false'],
    ['verifyTimeout', '10000', 'must be a number of milliseconds'],
    ['verifyTimeout', 1.5, 'must be a whole number of milliseconds'],
    ['verifyTimeout', 0, 'must be at least 1'],
    ['verifyTimeout', 600_001, 'must be at most 600000 milliseconds'],
    [
      'store',
      longText,
      'must have get, set and delete, like that of onRedis(client) or new Keyv(…)',
    ],
    ['store', null, 'must have get, set and delete, like that of onRedis(client) or new Keyv(…)'],
    ['store', { get: () => null, set: () => null }, 'must have get, set and delete'],
    ['content', 5, 'must be a string, or a function that returns one'],
    ['content', 'Your code', 'is unusable: it must contain %(code)s'],
    ['content', '100% sure: %(code)s', 'is unusable: it contains a "%" outside %(code)s'],
    ['content', '%(code)s\t', 'is unusable: it contains a control character'],
    ['content', '%(code)s\n@example.com #%(code)s', 'which "originBoundTo" adds'],
    ['originBoundTo', 7, 'must be a string'],
    ['originBoundTo', '', "must be a bare domain in lower case, like 'example.com'"],
    ['originBoundTo', 'https://example.com', 'must be a bare domain'],
    ['originBoundTo', 'Example.com', 'must be a bare domain'],
    ['originBoundTo', 'example.com:3000', 'must be a bare domain'],
    ['originBoundTo', 'example.com/login', 'must be a bare domain'],
    ['originBoundTo', 'example.com\n@evil.example', 'must be a bare domain'],
    ['originBoundTo', 'me@example.com', 'must be a bare domain'],
    ['originBoundTo', 'exämple.com', 'must be a bare domain'],
    ['locale', 7, "must be a language like 'es', or a function of the request"],
    ['locale', ['en', 'es'], "must be a language like 'es', or a function of the request"],
    ['messages', 'es', 'must map languages like "en" or "es-DO" to messages'],
    ['messages.es', { es: 'No.' }, 'must map refusal codes to strings'],
    [
      'messages.no language',
      { 'no language': {} },
      'must map languages like "en" or "es-DO" to messages',
    ],
    ['messages.es.code_incorrect', { es: { code_incorrect: '' } }, 'must not be empty'],
    ['messages.es.code_incorrect', { es: { code_incorrect: 7 } }, 'must be a string'],
    ['limiter', {}, 'a function that returns a limiter, such as that of onRedis(client)'],
  ])('if its option "%s" is %o, and the error says what it must be', async (path, value, hint) => {
    const [name = ''] = path.split('.');
    const beside = name === 'limiter' ? { store: memory.store } : { limiter: memory.limiter };
    const both = name === 'limiter' || name === 'store' ? beside : {};
    const error = await problemWith({ ...both, [name]: value });
    expect(error).toMatchObject({ code: 'option_invalid', status: 500 });
    expect(error.message).toContain(`option "${path}" `);
    expect(error.message).toContain(hint);
  });

  it('F10: if it has a store without a limiter, or a limiter without a store', async () => {
    for (const half of [{ store: memory.store }, { limiter: memory.limiter }]) {
      const error = await problemWith(half);
      expect(error.code).toBe('option_invalid');
      expect(error.message).toContain('options "store" and "limiter" go together');
    }
  });

  it.each([
    { codeField: 'x', resendField: 'x' },
    { codeField: 'challenge' },
    { resendField: 'code' },
    { recoveryCodeField: 'challenge' },
  ])('if two of its fields are equal: %o', async (fields) => {
    const error = await problemWith(fields);
    expect(error.message).toContain(
      '"codeField", "resendField", "recoveryCodeField" and "challengeField" must differ',
    );
  });

  it('if it has an unknown option', async () => {
    const error = await problemWith({ alowedPrefixes: ['+64'], codefield: 'otp' });
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(
      'Unknown option "alowedPrefixes". Did you mean "allowedPrefixes"? Unknown option "codefield". Did you mean "codeField"?',
    );
  });

  it.each([
    [{ carrier: 'body' }, 'Unknown option "carrier". Did you mean "state"?'],
    [{ limits: { resendAfter: 9 } }, '"limits.resendAfter". Did you mean "limits.resendCooldown"?'],
    [
      { messages: { es: { code_rejected: 'No.' } } },
      '"messages.es.code_rejected". Did you mean "messages.es.code_incorrect"?',
    ],
    [{ messages: { es: { nothing: 'No.' } } }, 'Unknown option "messages.es.nothing". Correct'],
  ])('if an option has its name from before 1.0: %o', async (options, message) => {
    expect((await problemWith(options)).message).toContain(message);
  });

  it.each([[undefined], [null], ['options']])('if its options are %o', async (options) => {
    const error = await thrownBy(ConfigurationError, () =>
      construct(TwoFactorStrategy, options, load),
    );
    expect(error.code).toBe('option_invalid');
  });

  it.each([[undefined], [null], [{}]])('if its verify callback is %o', async (verify) => {
    const error = await thrownBy(ConfigurationError, () =>
      construct(TwoFactorStrategy, { provider, destination }, verify),
    );
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('({ userId }) => users.find(userId)');
  });
});

describe('Allowed and denied prefixes', () => {
  it('may contain each other, but not be equal', () => {
    const prefixes = { allowedPrefixes: ['+64', '+6421'], deniedPrefixes: ['+642', '+1'] };
    expect(understood(prefixes)).toMatchObject(prefixes);
    expect(() => understood({ ...prefixes, deniedPrefixes: ['+1', '+64'] })).toThrow(
      'must not share a prefix',
    );
  });
});
