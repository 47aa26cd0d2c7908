import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { Memory } from '../storage/storage.js';
import {
  type Check,
  demand,
  goneAfter,
  grain,
  lateness,
  similarKeys,
  someStoreKey,
} from './harness.js';
import { Entries } from './subjects.js';

/** Milliseconds: longer than any check. */
const lasting = 60_000;

/** What the library writes is JSON, and a user's id may be any text. */
const texts = [
  { id: 'abc', userId: 1, delivery: { state: 'sent' } },
  'a text that is JSON again',
  'Zoë, 李, عربي, 🙂, 👩‍👧, e\u0301, \u2028',
  'quotes \' " ` and \\ and % and ; and \n and \0',
].map((value) => JSON.stringify(value));

const shown = (value: unknown) => inspect(value, { maxStringLength: 200 });

/** That entries are what they were set to. */
export const storeValues: readonly Check<Memory>[] = [
  {
    name: 'store: gives back the very text that it was given',
    async look({ store }) {
      const entries = new Entries(store);
      for (const text of texts) {
        const key = someStoreKey();
        await entries.set(key, text, lasting);
        const found = await entries.get(key);
        demand(found === text, {
          seen: `${shown(found)} came back for ${shown(text)}`,
          expected: 'the same text, of type string, to the last character',
          matters: 'a record that cannot be read is an error, and its user cannot log in',
        });
      }
    },
  },
  {
    name: 'store: keeps a text of 20 KB',
    async look({ store }) {
      const entries = new Entries(store);
      const key = someStoreKey();
      const text = randomBytes(15_360).toString('base64url');
      await entries.set(key, text, lasting);
      const found = await entries.get(key);
      demand(found === text, {
        seen: `of ${text.length} characters ${String(found ?? '').length} came back, or others`,
        expected: 'the same text',
        matters: 'a record is as long as what a code approves; one that is cut off cannot be read',
      });
    },
  },
  {
    name: 'store: has nothing under a key that was never set',
    async look({ store }) {
      const found = await new Entries(store).get(someStoreKey());
      demand(found === undefined, {
        seen: `${shown(found)} for a random key`,
        expected: 'undefined or null',
        matters: 'anything else is read as a challenge, and as a broken one',
      });
    },
  },
  {
    name: 'store: has what was written last',
    async look({ store }) {
      const entries = new Entries(store);
      const key = someStoreKey();
      await entries.set(key, '"first"', lasting);
      await entries.set(key, '"second"', lasting);
      const found = await entries.get(key);
      demand(found === '"second"', {
        seen: `${shown(found)} after "first" and then "second" was written`,
        expected: '"second"',
        matters:
          'a challenge goes from "being sent" to "sent"; with an old state no code can match',
      });
    },
  },
  {
    name: 'store: deletes one entry and no other',
    async look({ store }) {
      const entries = new Entries(store);
      const [deleted, other] = [someStoreKey(), someStoreKey()];
      await entries.set(deleted, '"deleted"', lasting);
      await entries.set(other, '"other"', lasting);
      await entries.delete(deleted);
      // What is deleted already may be deleted again: a double click does that.
      await entries.delete(deleted);
      const [gone, kept] = [await entries.get(deleted), await entries.get(other)];
      demand(gone === undefined && kept === '"other"', {
        seen: `${shown(gone)} under the deleted key, ${shown(kept)} under another`,
        expected: 'undefined or null under the deleted key, "other" under the other',
        matters: 'a code that was used, or whose number changed, must not find its challenge again',
      });
    },
  },
  {
    name: 'store: tells keys apart by every character',
    async look({ store }) {
      const entries = new Entries(store);
      const keys = similarKeys(someStoreKey());
      for (const key of keys) await entries.set(key, JSON.stringify(key), lasting);
      const found = await Promise.all(keys.map((key) => entries.get(key)));
      demand(
        keys.every((key, index) => found[index] === JSON.stringify(key)),
        {
          seen: `keys that end in ${keys.map((key) => key.slice(-1))} have the entries of each other`,
          expected: 'an entry for each, upper and lower case apart, none cut off, no wildcards',
          matters: 'a key is a random id: whoever guesses a part of it must not have the rest',
        },
      );
    },
  },
];

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
