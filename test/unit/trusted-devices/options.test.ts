import Keyv from 'keyv';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import type { LimiterFactory } from '../../../lib/limits/limiter.js';
import { inMemory, memoryLimiter } from '../../../lib/storage/in-memory.js';
import { trustedDevices } from '../../../lib/trusted-devices/trusted-devices.js';
import { limiterWith } from '../../fixtures/limits.js';
import { thrownBy } from '../../fixtures/thrown.js';

const passwordVersion = () => 1;

/** As untyped code would call it. */
const made = (options: unknown): unknown => Reflect.apply(trustedDevices, undefined, [options]);

const problemOf = async (options: object) =>
  (await thrownBy(ConfigurationError, () => made({ passwordVersion, ...options }))).message;

/** Never called: these tests end at construction. */
const limiter: LimiterFactory = (options) =>
  new RateLimiterRedis({ storeClient: { defineCommand: () => undefined }, ...options });

describe('trustedDevices', () => {
  it.each<[string, object]>([
    ['passwordVersion alone', {}],
    ['every option', { maxAge: 90 * 86_400, userId: () => 1, realm: 'staff', ...inMemory() }],
    ['a shared store with a shared limiter', { store: new Keyv({ throwOnErrors: true }), limiter }],
    ['options that are undefined', { maxAge: undefined, cookie: undefined }],
    ['a cookie of its own', { cookie: { name: 'trust', secure: false, path: '/login' } }],
    ['a cookie for one path', { cookie: { path: '/login' } }],
    ['a cookie without https', { cookie: { secure: false } }],
    [
      'a prefix whose conditions the cookie meets',
      { cookie: { name: '__Secure-trust', path: '/a' } },
    ],
    [
      'a name that only contains a prefix',
      { cookie: { name: 'a__Host-b', secure: false, path: '/a' } },
    ],
  ])('accepts %s', (_what, options) => {
    expect(made({ passwordVersion, ...options })).toBeInstanceOf(Function);
  });

  it.each<[string, object, string]>([
    ['no passwordVersion', { passwordVersion: undefined }, '"passwordVersion" must be'],
    [
      'a passwordVersion that is not a function',
      { passwordVersion: 'changedAt' },
      '(user) => user.passwordChangedAt',
    ],
    [
      'a maxAge that is not a number',
      { maxAge: '30 days' },
      '"maxAge" must be a number of seconds',
    ],
    ['a fraction of a second', { maxAge: 1.5 }, '"maxAge" must be a whole number of seconds'],
    ['a maxAge of zero', { maxAge: 0 }, '"maxAge" must be at least 1'],
    ['more than 90 days', { maxAge: 90 * 86_400 + 1 }, '"maxAge" must be at most 90 days'],
    ['a userId that is not a function', { userId: 'id' }, '"userId" must be'],
    ['an empty realm', { realm: '' }, '"realm" must not be empty'],
    ['a realm that is not a string', { realm: 7 }, '"realm" must be a string'],
    ['a misspelling', { maxage: 60 }, 'Unknown option "maxage". Did you mean "maxAge"?'],
    [
      'a misspelling inside',
      { cookie: { domain: 'a.example' } },
      'Unknown option "cookie.domain".',
    ],
    ['a cookie that is not an object', { cookie: 'name' }, '"cookie"'],
    ['a cookie name with a blank', { cookie: { name: 'a b' } }, '"cookie.name" must be a token'],
    ['an empty cookie name', { cookie: { name: '' } }, '"cookie.name" must be a token'],
    [
      'a cookie name that is not a string',
      { cookie: { name: 1 } },
      '"cookie.name" must be a string',
    ],
    ['a relative cookie path', { cookie: { path: 'a/login' } }, '"cookie.path" must be a path'],
    [
      'a cookie path with an attribute',
      { cookie: { path: '/; Domain=a' } },
      '"cookie.path" must be a path',
    ],
    [
      'a cookie path that is not a string',
      { cookie: { path: 1 } },
      '"cookie.path" must be a string',
    ],
    [
      'a string for cookie.secure',
      { cookie: { secure: 'no' } },
      '"cookie.secure" must be true or false',
    ],
    [
      'the prefix __Host- without secure',
      { cookie: { name: '__Host-a', secure: false } },
      'only with "secure"',
    ],
    [
      'the prefix __Secure- without secure',
      { cookie: { name: '__secure-a', secure: false } },
      '"secure"',
    ],
    [
      'the prefix __Host- with a path',
      { cookie: { name: '__host-a', path: '/a' } },
      'only with the path "/"',
    ],
    ['a store without methods', { store: {}, limiter }, '"store" must have get, set and delete'],
    ['null as the store', { store: null, limiter }, '"store" must have get, set and delete'],
    [
      'a limiter that is not a function',
      { store: new Keyv({ throwOnErrors: true }), limiter: {} },
      '"limiter" must be a function',
    ],
    [
      'a store without a limiter',
      { store: new Keyv({ throwOnErrors: true }) },
      '"store" and "limiter" go together',
    ],
    ['a limiter without a store', { limiter }, '"store" and "limiter" go together'],
  ])('refuses %s', async (_what, options, problem) => {
    expect(await problemOf(options)).toContain(problem);
  });

  it('quotes no value in its errors', async () => {
    const message = await problemOf({ maxAge: 'canary', realm: [], cookie: { name: 'canary ' } });
    expect(message).not.toContain('canary');
  });

  it('F10: refuses a shared store with a limiter in this process', async () => {
    expect(
      await problemOf({ store: new Keyv({ throwOnErrors: true }), limiter: memoryLimiter() }),
    ).toContain('counts in this process alone');
  });

  it('F6: refuses a store that hides its failures', async () => {
    const store = new Keyv({
      store: Object.assign(new Map(), { throwOnErrors: false }),
      throwOnErrors: true,
    });
    expect(await problemOf({ store, limiter })).toContain('set its throwOnErrors to true');
  });

  it('refuses a limiter that fails open', async () => {
    const { store } = inMemory();
    const insured = limiterWith({});
    const limiters: LimiterFactory = (options) =>
      Object.assign(insured(options), { insuranceLimiter: {} });
    expect(await problemOf({ store, limiter: limiters })).toContain('insuranceLimiter');
  });

  it('can be created more than once with the same storage', () => {
    trustedDevices({ passwordVersion });
    expect(trustedDevices({ passwordVersion, maxAge: 60 })).toBeInstanceOf(Function);
  });
});
