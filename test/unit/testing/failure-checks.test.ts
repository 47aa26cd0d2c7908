import Keyv from 'keyv';
import Keyv6 from 'keyv6';
import { describe, expect, it } from 'vitest';
import type { Storage, Store } from '../../../lib/index.js';
import { storageConformance } from '../../../lib/testing/index.js';
import { Database, failuresOnFakeClock } from './database.js';

const methods = {
  store: ['get', 'set', 'delete'],
  limiter: ['consume', 'penalty', 'reward', 'block', 'get', 'delete', 'takeBack'],
} as const;

const nameOf = (half: string, method: string) => `a failing database: ${half}.${method} rejects`;
const names = [
  ...methods.store.map((method) => nameOf('store', method)),
  ...methods.limiter.map((method) => nameOf('limiter', method)),
];

const refuse = () => Promise.reject(new Error('ECONNREFUSED'));

/** A storage whose calls all fail, but for one. */
function brokenStorage(half = '', method = '', replacement: () => unknown = refuse): Storage {
  const broken = (own: keyof typeof methods) =>
    Object.fromEntries(
      methods[own].map((name) => [name, own === half && name === method ? replacement : refuse]),
    );
  const storage = new Database().storage();
  return {
    store: Object.assign(storage.store, broken('store')),
    limiter: (options) => Object.assign(storage.limiter(options), broken('limiter')),
  };
}

async function failuresWith(failingStorage: () => Storage) {
  const database = new Database();
  return failuresOnFakeClock({
    storage: () => database.storage(),
    anotherStorage: null,
    failingStorage,
  });
}

describe('The checks of a failing database', () => {
  it('pass if every call rejects', async () => {
    expect(await failuresWith(brokenStorage)).toEqual(new Map());
  });

  it('pass for a limiter without takeBack', async () => {
    const storage = brokenStorage();
    const limiter: Storage['limiter'] = (options) =>
      Object.assign(storage.limiter(options), { takeBack: undefined });
    expect(await failuresWith(() => ({ ...storage, limiter }))).toEqual(new Map());
  });

  it('pass if calls never answer: the library ends them', async () => {
    const never = () => new Promise(() => undefined);
    const hanging = brokenStorage('store', 'get', never);
    expect(await failuresWith(() => hanging)).toEqual(new Map());
  });

  it.each([
    ['store', 'get', 'another SMS'],
    ['store', 'set', 'can never be entered'],
    ['store', 'delete', 'can be found again'],
    ['limiter', 'consume', 'a free guess'],
    ['limiter', 'penalty', 'a free guess'],
    ['limiter', 'reward', 'seem to be given back'],
    ['limiter', 'block', 'not locked'],
    ['limiter', 'get', 'a lock that cannot be read'],
    ['limiter', 'delete', 'seems to have unlocked'],
    ['limiter', 'takeBack', 'seem to be given back'],
  ])('detect %s.%s that resolves, without other failures', async (half, method, impact) => {
    const failures = await failuresWith(() => brokenStorage(half, method, async () => undefined));
    expect([...failures.keys()]).toEqual([nameOf(half, method)]);
    const { message } = failures.get(nameOf(half, method)) ?? {};
    expect(message).toContain(`${half}.${method} resolved to undefined`);
    expect(message).toContain('throwOnErrors: true');
    expect(message).toContain(impact);
  });

  it('detect a limiter that refuses instead of failing', async () => {
    const refused = () => Promise.reject({ consumedPoints: 3, msBeforeNext: 1000 });
    const failures = await failuresWith(() => brokenStorage('limiter', 'consume', refused));
    expect([...failures.keys()]).toEqual([nameOf('limiter', 'consume')]);
  });

  const down = { get: refuse, set: refuse, delete: refuse, clear: refuse };
  const keyv6 = new Keyv6(down);
  keyv6.on('error', () => {});

  it.each<[string, Store]>([
    ['Keyv 5 without throwOnErrors', new Keyv({ store: down })],
    ['Keyv 6 with a listener', keyv6],
  ])('detect a store over %s', async (_, keyv) => {
    const store: Store = {
      get: (key) => keyv.get(key),
      set: (key, value, ttl) => keyv.set(key, value, ttl),
      delete: (key) => keyv.delete(key),
    };
    const failures = await failuresWith(() => ({ ...brokenStorage(), store }));
    expect(new Set(failures.keys())).toEqual(
      new Set(methods.store.map((method) => nameOf('store', method))),
    );
  });

  it('pass for Keyv 5 with throwOnErrors', async () => {
    const store = new Keyv({ store: down, throwOnErrors: true });
    expect(await failuresWith(() => ({ ...brokenStorage(), store }))).toEqual(new Map());
  });

  it('all fail for a storage that works, and leave nothing in it', async () => {
    const database = new Database();
    const failures = await failuresWith(() =>
      database.storage({ limiter: () => ({ takeBack: async () => 0 }) }),
    );
    expect([...failures.keys()].toSorted()).toEqual(names.toSorted());
    expect(database.keys).toEqual([]);
  });

  it('are replaced by one that fails if failingStorage is omitted, and by none if it is null', () => {
    const options = { storage: () => new Database().storage(), anotherStorage: null };
    const all = (failingStorage: (() => Storage) | null | undefined) =>
      storageConformance({ ...options, failingStorage })
        .map(({ name }) => name)
        .filter((name) => name.startsWith('a failing database'));
    expect(all(undefined)).toEqual(['a failing database: failingStorage is passed']);
    expect(all(null)).toEqual([]);
    expect(all(brokenStorage)).toEqual(names);
  });
});
