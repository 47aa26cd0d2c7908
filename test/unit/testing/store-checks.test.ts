import { describe, expect, it } from 'vitest';
import { failedChecks, type StoreOverrides } from './database.js';

const exact = 'store: returns exactly the string that was set';
const long = 'store: keeps a string of 20 KB';
const unknown = 'store: returns nothing for an unknown key';
const last = 'store: returns the latest value';
const deletes = 'store: delete removes one entry only';
const keys = 'store: distinguishes keys by every character';
const keeps = 'store: keeps an entry for its ttl';
const forgets = 'store: expires an entry after its ttl';
const renewed = 'store: overwriting an entry replaces its ttl';

/** The checks that compare values. */
const valueChecks = [exact, long, last, deletes, keys];

/** Alters values when they are set. */
const writing =
  (change: (value: string) => string): StoreOverrides =>
  (working) => ({ set: (key, value, ttl) => working.set(key, change(value), ttl) });

/** Alters values when they are read. */
const reading =
  (change: (value: unknown) => unknown): StoreOverrides =>
  (working) => ({ get: async (key) => change(await working.get(key)) });

/** Maps the keys of all methods. */
const renaming =
  (rename: (key: string) => string): StoreOverrides =>
  (working) => ({
    get: (key) => working.get(rename(key)),
    set: (key, value, ttl) => working.set(rename(key), value, ttl),
    delete: (key) => working.delete(rename(key)),
  });

const writingOnce: StoreOverrides = (working) => ({
  set: async (key, value, ttl) => {
    if ((await working.get(key)) === null) await working.set(key, value, ttl);
  },
});

const returningFalse: StoreOverrides = (working) => ({
  set: async (...entry) => {
    await working.set(...entry);
    return false;
  },
});

const deletingEverything: StoreOverrides = (working) => {
  const written: string[] = [];
  return {
    set: (key, value, ttl) => {
      written.push(key);
      return working.set(key, value, ttl);
    },
    delete: () => Promise.all(written.map((key) => working.delete(key))),
  };
};

const deletingOnce: StoreOverrides = (working) => ({
  delete: async (key) => {
    if ((await working.get(key)) === null) throw new Error('no such key');
    await working.delete(key);
  },
});

describe('The checks of values', () => {
  it.each<[string, StoreOverrides, readonly string[]]>([
    ['parses JSON', reading((value) => JSON.parse(String(value))), valueChecks],
    ['returns bytes', reading((value) => value && Buffer.from(String(value))), valueChecks],
    ['trims quotes', writing((value) => value.replace(/^"|"$/g, '')), [exact, last, deletes, keys]],
    ['replaces emoji', writing((value) => value.replace(/[^\0-\uffff]/gu, '?')), [exact]],
    ['normalises Unicode', writing((value) => value.normalize('NFC')), [exact]],
    ['unescapes backslashes', writing((value) => value.replaceAll('\\\\', '\\')), [exact]],
    ['truncates values to 255 characters', writing((value) => value.slice(0, 255)), [long]],
    [
      'returns false for an unknown key',
      reading((value) => value ?? false),
      [unknown, deletes, forgets, renewed],
    ],
    [
      'returns an empty string for an unknown key',
      reading((value) => value ?? ''),
      [unknown, deletes, forgets, renewed],
    ],
    ['keeps the first value', writingOnce, [last, renewed]],
    ['returns false from set', returningFalse, [...valueChecks, keeps, forgets, renewed]],
  ])('detect a store that %s, without other failures', async (_, store, failed) => {
    expect(await failedChecks({ store })).toEqual(failed.toSorted());
  });
});

describe('The checks of keys and delete', () => {
  it.each<[string, StoreOverrides, readonly string[]]>([
    ['never deletes', () => ({ delete: () => true }), [deletes]],
    ['deletes everything', deletingEverything, [deletes]],
    ['fails to delete an unknown key', deletingOnce, [deletes]],
    ['ignores case', renaming((key) => key.toLowerCase()), [keys]],
    ['truncates keys', renaming((key) => key.slice(0, 60)), [keys]],
    ['confuses _ and -', renaming((key) => key.replaceAll('_', '-')), [keys]],
  ])('detect a store that %s, without other failures', async (_, store, failed) => {
    expect(await failedChecks({ store })).toEqual(failed.toSorted());
  });
});

/** The checks that read an entry after it was set. */
const readingChecks = [...valueChecks, keeps, renewed];

/** Changes the ttl; the second argument is the previous ttl of the key. */
const withTtl =
  (change: (ttl: number, previous?: number) => number): StoreOverrides =>
  (working) => {
    const ttls = new Map<string, number>();
    return {
      set: (key, value, ttl) => {
        const changed = change(ttl, ttls.get(key));
        ttls.set(key, changed);
        return working.set(key, value, changed);
      },
    };
  };

const extendingByGet: StoreOverrides = (working) => {
  const ttls = new Map<string, number>();
  return {
    set: (key, value, ttl) => {
      ttls.set(key, ttl);
      return working.set(key, value, ttl);
    },
    get: async (key) => {
      const value = await working.get(key);
      if (typeof value === 'string') await working.set(key, value, ttls.get(key) ?? 0);
      return value;
    },
  };
};

describe('The checks of the ttl', () => {
  it.each<[string, StoreOverrides, readonly string[]]>([
    ['expires entries at once', withTtl(() => 0), readingChecks],
    ['expires entries at half the ttl', withTtl((ttl) => ttl / 2), [keeps]],
    ['expires entries 100 ms early', withTtl((ttl) => ttl - 100), [keeps]],
    ['rounds down to seconds', withTtl((ttl) => Math.floor(ttl / 1000) * 1000), [keeps]],
    ['takes milliseconds for seconds', withTtl((ttl) => ttl * 1000), [forgets, renewed]],
    ['never expires entries', withTtl(() => Number.POSITIVE_INFINITY), [forgets, renewed]],
    ['extends the ttl with each get', extendingByGet, [forgets, renewed]],
    ['keeps the first ttl', withTtl((ttl, previous = ttl) => previous), [renewed]],
    [
      'keeps the shortest ttl',
      withTtl((ttl, previous = ttl) => Math.min(ttl, previous)),
      [renewed],
    ],
    ['keeps the longest ttl', withTtl((ttl, previous = 0) => Math.max(ttl, previous)), [renewed]],
  ])('detect a store that %s, without other failures', async (_, store, failed) => {
    expect(await failedChecks({ store })).toEqual(failed.toSorted());
  });

  it.each<[string, StoreOverrides]>([
    ['rounds up to seconds', withTtl((ttl) => Math.ceil(ttl / 1000) * 1000)],
    ['expires entries once a second', withTtl((ttl) => ttl + 1000)],
  ])('pass for a store that %s', async (_, store) => {
    expect(await failedChecks({ store })).toEqual([]);
  });
});
