import { describe, expect, it } from 'vitest';
import { type BentStore, failedBy } from './database.js';

const keeps = 'store: keeps an entry until its time is over';
const forgets = 'store: forgets an entry when its time is over';
const renewed = 'store: an overwritten entry has the new time';

/** Whatever must be there for a moment. */
const everything = [
  'store: gives back the very text that it was given',
  'store: keeps a text of 20 KB',
  'store: has what was written last',
  'store: deletes one entry and no other',
  'store: tells keys apart by every character',
  keeps,
  renewed,
];

/** Entries last for another time than was asked for; the second argument is that of the last writing. */
const lasting =
  (change: (ttl: number, before?: number) => number): BentStore =>
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

const prolongingByReading: BentStore = (works) => {
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
  it.each<[string, BentStore, readonly string[]]>([
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
    expect(await failedBy({ store })).toEqual(failed.toSorted());
  });

  it.each<[string, BentStore]>([
    ['rounds up to seconds', lasting((ttl) => Math.ceil(ttl / 1000) * 1000)],
    ['sweeps once a second', lasting((ttl) => ttl + 1000)],
  ])('passes where it %s', async (_how, store) => {
    expect(await failedBy({ store })).toEqual([]);
  });
});
