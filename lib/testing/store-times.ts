import type { Memory } from '../options/memory.js';
import type { Check } from './check.js';
import { Entries } from './entries.js';
import { goneAfter, grain, lateness } from './expiry.js';
import { demand } from './finding.js';
import { someStoreKey } from './names.js';

/** Milliseconds. Not a whole number of seconds: what rounds down is half a second early. */
const ttl = 1500;
const long = 60_000;

const isIn = (entries: Entries, key: string) => async () => (await entries.get(key)) !== undefined;

const early = 'somebody who types a code in time is told that there is no challenge';
const late = 'records hold telephone numbers, and pile up';

/** That entries last for their time, and no longer. */
export const storeTimes: readonly Check<Memory>[] = [
  {
    name: 'store: keeps an entry until its time is over',
    async look({ store }) {
      const entries = new Entries(store);
      const key = someStoreKey();
      const since = performance.now();
      await entries.set(key, '"kept"', ttl);
      const gone = await goneAfter(isIn(entries, key), since, ttl - grain);
      demand(gone === undefined || gone >= ttl - grain, {
        seen: `an entry for ${ttl} ms was gone after ${gone} ms`,
        expected: `that it is there for ${ttl} milliseconds; who counts in seconds rounds up`,
        matters: early,
      });
    },
  },
  {
    name: 'store: forgets an entry when its time is over',
    async look({ store }) {
      const entries = new Entries(store);
      const key = someStoreKey();
      await entries.set(key, '"forgotten"', ttl);
      const gone = await goneAfter(isIn(entries, key), performance.now(), ttl + lateness);
      demand(gone !== undefined, {
        seen: `an entry for ${ttl} ms was still there after ${ttl + lateness} ms`,
        expected: 'nothing: the third argument is milliseconds, and reading does not prolong',
        matters: late,
      });
    },
  },
  {
    name: 'store: an overwritten entry has the new time',
    async look({ store }) {
      const entries = new Entries(store);
      const [prolonged, shortened] = [someStoreKey(), someStoreKey()];
      await entries.set(prolonged, '"short"', ttl);
      await entries.set(prolonged, '"long"', long);
      await entries.set(shortened, '"long"', long);
      await entries.set(shortened, '"short"', ttl);
      const since = performance.now();
      const [lost, gone] = await Promise.all([
        goneAfter(isIn(entries, prolonged), since, ttl + grain),
        goneAfter(isIn(entries, shortened), since, ttl + lateness),
      ]);
      demand(lost === undefined, {
        seen: `an entry for ${ttl} ms, then written for ${long} ms, was gone after ${lost} ms`,
        expected: `that it is there for ${long} milliseconds`,
        matters: early,
      });
      demand(gone !== undefined, {
        seen: `an entry for ${long} ms, then written for ${ttl} ms, was there after ${ttl + lateness} ms`,
        expected: 'nothing',
        matters: late,
      });
    },
  },
];
