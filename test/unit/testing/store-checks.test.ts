import { describe, expect, it } from 'vitest';
import { failedChecks, type StoreOverrides } from './database.js';

const text = 'store: gives back the very text that it was given';
const long = 'store: keeps a text of 20 KB';
const unknown = 'store: has nothing under a key that was never set';
const last = 'store: has what was written last';
const deletes = 'store: deletes one entry and no other';
const keys = 'store: tells keys apart by every character';
const keeps = 'store: keeps an entry until its time is over';
const forgets = 'store: forgets an entry when its time is over';
const renewed = 'store: an overwritten entry has the new time';

/** What is read, or what cannot be told from another. */
const values = [text, long, last, deletes, keys];

/** Another value is written than was given. */
const writing =
  (change: (value: string) => string): StoreOverrides =>
  (works) => ({ set: (key, value, ttl) => works.set(key, change(value), ttl) });

/** Something else is read than was written. */
const reading =
  (change: (value: unknown) => unknown): StoreOverrides =>
  (works) => ({ get: async (key) => change(await works.get(key)) });

/** All methods under another key. */
const renaming =
  (rename: (key: string) => string): StoreOverrides =>
  (works) => ({
    get: (key) => works.get(rename(key)),
    set: (key, value, ttl) => works.set(rename(key), value, ttl),
    delete: (key) => works.delete(rename(key)),
  });

const writingOnce: StoreOverrides = (works) => ({
  set: async (key, value, ttl) => {
    if ((await works.get(key)) === null) await works.set(key, value, ttl);
  },
});

const sayingFalse: StoreOverrides = (works) => ({
  set: async (...entry) => {
    await works.set(...entry);
    return false;
  },
});

const deletingEverything: StoreOverrides = (works) => {
  const written: string[] = [];
  return {
    set: (key, value, ttl) => {
      written.push(key);
      return works.set(key, value, ttl);
    },
    delete: () => Promise.all(written.map((key) => works.delete(key))),
  };
};

const deletingOnce: StoreOverrides = (works) => ({
  delete: async (key) => {
    if ((await works.get(key)) === null) throw new Error('no such key');
    await works.delete(key);
  },
});

describe('A store that gives back something else fails what it breaks, and nothing else', () => {
  it.each<[string, StoreOverrides, readonly string[]]>([
    ['it parses JSON', reading((value) => JSON.parse(String(value))), values],
    ['it gives bytes', reading((value) => value && Buffer.from(String(value))), values],
    [
      'it trims quotes',
      writing((value) => value.replace(/^"|"$/g, '')),
      [text, last, deletes, keys],
    ],
    ['it has no emoji', writing((value) => value.replace(/[^\0-\uffff]/gu, '?')), [text]],
    ['it normalises Unicode', writing((value) => value.normalize('NFC')), [text]],
    ['it undoes backslashes', writing((value) => value.replaceAll('\\\\', '\\')), [text]],
    ['it keeps 255 characters', writing((value) => value.slice(0, 255)), [long]],
    [
      'it has false where there is nothing',
      reading((value) => value ?? false),
      [unknown, deletes, forgets, renewed],
    ],
    [
      'it has an empty text where there is nothing',
      reading((value) => value ?? ''),
      [unknown, deletes, forgets, renewed],
    ],
    ['it keeps what was written first', writingOnce, [last, renewed]],
    ['it says that it did not write', sayingFalse, [...values, keeps, forgets, renewed]],
  ])('%s', async (_how, store, failed) => {
    expect(await failedChecks({ store })).toEqual(failed.toSorted());
  });
});

describe('A store that takes one key for another fails what it breaks, and nothing else', () => {
  it.each<[string, StoreOverrides, readonly string[]]>([
    ['it never deletes', () => ({ delete: () => true }), [deletes]],
    ['it deletes everything', deletingEverything, [deletes]],
    ['it deletes nothing twice', deletingOnce, [deletes]],
    ['it ignores case', renaming((key) => key.toLowerCase()), [keys]],
    ['it cuts off keys', renaming((key) => key.slice(0, 60)), [keys]],
    ['it takes _ for -', renaming((key) => key.replaceAll('_', '-')), [keys]],
  ])('%s', async (_how, store, failed) => {
    expect(await failedChecks({ store })).toEqual(failed.toSorted());
  });
});

/** Whatever must be there for a moment. */
const everything = [...values, keeps, renewed];

/** Entries last for another time than was asked for; the second argument is that of the last writing. */
const lasting =
  (change: (ttl: number, before?: number) => number): StoreOverrides =>
  (works) => {
    const times = new Map<string, number>();
    return {
      set: (key, value, ttl) => {
        const time = change(ttl, times.get(key));
        times.set(key, time);
        return works.set(key, value, time);
      },
    };
  };

const prolongingByReading: StoreOverrides = (works) => {
  const times = new Map<string, number>();
  return {
    set: (key, value, ttl) => {
      times.set(key, ttl);
      return works.set(key, value, ttl);
    },
    get: async (key) => {
      const value = await works.get(key);
      if (typeof value === 'string') await works.set(key, value, times.get(key) ?? 0);
      return value;
    },
  };
};

describe('A store that keeps another time fails what it breaks, and nothing else', () => {
  it.each<[string, StoreOverrides, readonly string[]]>([
    ['it forgets at once', lasting(() => 0), everything],
    ['it forgets at half the time', lasting((ttl) => ttl / 2), [keeps]],
    ['it forgets 100 ms early', lasting((ttl) => ttl - 100), [keeps]],
    ['it rounds down to seconds', lasting((ttl) => Math.floor(ttl / 1000) * 1000), [keeps]],
    ['it takes milliseconds for seconds', lasting((ttl) => ttl * 1000), [forgets, renewed]],
    ['it never forgets', lasting(() => Number.POSITIVE_INFINITY), [forgets, renewed]],
    ['it prolongs by reading', prolongingByReading, [forgets, renewed]],
    ['it keeps the first time', lasting((ttl, before = ttl) => before), [renewed]],
    [
      'it keeps the shortest time',
      lasting((ttl, before = ttl) => Math.min(ttl, before)),
      [renewed],
    ],
    ['it keeps the longest time', lasting((ttl, before = 0) => Math.max(ttl, before)), [renewed]],
  ])('%s', async (_how, store, failed) => {
    expect(await failedChecks({ store })).toEqual(failed.toSorted());
  });

  it.each<[string, StoreOverrides]>([
    ['rounds up to seconds', lasting((ttl) => Math.ceil(ttl / 1000) * 1000)],
    ['sweeps once a second', lasting((ttl) => ttl + 1000)],
  ])('passes where it %s', async (_how, store) => {
    expect(await failedChecks({ store })).toEqual([]);
  });
});
