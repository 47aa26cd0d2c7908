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

/** Never asked in these tests: they end at construction. */
const limiter: LimiterFactory = (options) =>
  new RateLimiterRedis({ storeClient: { defineCommand: () => undefined }, ...options });

describe('trustedDevices', () => {
  it.each<[string, object]>([
    ['the password’s version alone', {}],
    ['every option', { maxAge: 90 * 86_400, userId: () => 1, realm: 'staff', ...inMemory() }],
    ['a shared store with shared claims', { store: new Keyv({ throwOnErrors: true }), limiter }],
    ['options that are there and undefined', { maxAge: undefined, cookie: undefined }],
    ['a cookie of its own', { cookie: { name: 'trust', secure: false, path: '/login' } }],
    ['a cookie for one path', { cookie: { path: '/login' } }],
    ['a cookie without https', { cookie: { secure: false } }],
    ['a prefix that the cookie lives up to', { cookie: { name: '__Secure-trust', path: '/a' } }],
  ])('takes %s', (_what, options) => {
    expect(made({ passwordVersion, ...options })).toBeInstanceOf(Function);
  });

  it.each<[string, object, string]>([
    ['no way to see a new password', { passwordVersion: undefined }, '"passwordVersion" must be'],
    ['no version function', { passwordVersion: 'changedAt' }, '(user) => user.passwordChangedAt'],
    ['no number', { maxAge: '30 days' }, '"maxAge" must be a number of seconds'],
    ['half a second', { maxAge: 1.5 }, '"maxAge" must be a whole number of seconds'],
    ['no time at all', { maxAge: 0 }, '"maxAge" must be at least 1'],
    ['more than 90 days', { maxAge: 90 * 86_400 + 1 }, '"maxAge" must be at most 90 days'],
    ['no user id', { userId: 'id' }, '"userId" must be'],
    ['an empty realm', { realm: '' }, '"realm" must not be empty'],
    ['no realm', { realm: 7 }, '"realm" must be a string'],
    ['a misspelling', { maxage: 60 }, 'Unknown option "maxage". Did you mean "maxAge"?'],
    [
      'a misspelling inside',
      { cookie: { domain: 'a.example' } },
      'Unknown option "cookie.domain".',
    ],
    ['a cookie that is none', { cookie: 'name' }, '"cookie"'],
    ['a name of two words', { cookie: { name: 'a b' } }, '"cookie.name" must be a token'],
    ['no name', { cookie: { name: '' } }, '"cookie.name" must be a token'],
    ['a name that is no text', { cookie: { name: 1 } }, '"cookie.name" must be a string'],
    ['no path', { cookie: { path: 'login' } }, '"cookie.path" must be a path'],
    ['a path with more', { cookie: { path: '/; Domain=a' } }, '"cookie.path" must be a path'],
    ['a path that is no text', { cookie: { path: 1 } }, '"cookie.path" must be a string'],
    ['a word for secure', { cookie: { secure: 'no' } }, '"cookie.secure" must be true or false'],
    ['__Host- and no https', { cookie: { name: '__Host-a', secure: false } }, 'only with "secure"'],
    ['__Secure- and no https', { cookie: { name: '__secure-a', secure: false } }, '"secure"'],
    ['__Host- for a path', { cookie: { name: '__host-a', path: '/a' } }, 'only with the path "/"'],
    ['no store', { store: {}, limiter }, '"store" must have get, set and delete'],
    ['null for a store', { store: null, limiter }, '"store" must have get, set and delete'],
    [
      'no factory',
      { store: new Keyv({ throwOnErrors: true }), limiter: {} },
      '"limiter" must be a function',
    ],
    [
      'a store alone',
      { store: new Keyv({ throwOnErrors: true }) },
      '"store" and "limiter" go together',
    ],
    ['a limiter alone', { limiter }, '"store" and "limiter" go together'],
  ])('refuses %s', async (_what, options, problem) => {
    expect(await problemOf(options)).toContain(problem);
  });

  it('never shows a value', async () => {
    const message = await problemOf({ maxAge: 'canary', realm: [], cookie: { name: 'canary ' } });
    expect(message).not.toContain('canary');
  });

  it('F10: refuses a shared store with claims of this process alone', async () => {
    expect(
      await problemOf({ store: new Keyv({ throwOnErrors: true }), limiter: memoryLimiter() }),
    ).toContain('counts in this process alone');
  });

  it('F6: refuses a store that keeps quiet about what fails', async () => {
    const store = new Keyv({
      store: Object.assign(new Map(), { throwOnErrors: false }),
      throwOnErrors: true,
    });
    expect(await problemOf({ store, limiter })).toContain('set its throwOnErrors to true');
  });

  it('refuses a limiter that would claim otherwise than it is asked', async () => {
    const { store } = inMemory();
    const insured = limiterWith({});
    const limiters: LimiterFactory = (options) =>
      Object.assign(insured(options), { insuranceLimiter: {} });
    expect(await problemOf({ store, limiter: limiters })).toContain('insuranceLimiter');
  });

  it('can be there more than once, with the same memory', () => {
    trustedDevices({ passwordVersion });
    expect(trustedDevices({ passwordVersion, maxAge: 60 })).toBeInstanceOf(Function);
  });
});
