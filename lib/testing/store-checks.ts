import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { Storage } from '../storage/storage.js';
import {
  assertFinding,
  type Check,
  earlyTolerance,
  lateTolerance,
  randomStoreKey,
  similarKeys,
  timeUntilGone,
} from './harness.js';
import { TestedStore } from './subjects.js';

/** Milliseconds: longer than any check. */
const lasting = 60_000;

/** What the library writes is JSON, and a user's id may be any text. */
const values = [
  { id: 'abc', userId: 1, delivery: { state: 'sent' } },
  'a text that is JSON again',
  'Zoë, 李, عربي, 🙂, 👩‍👧, e\u0301, \u2028',
  'quotes \' " ` and \\ and % and ; and \n and \0',
].map((value) => JSON.stringify(value));

const excerpt = (value: unknown) => inspect(value, { maxStringLength: 200 });

/** That entries are what they were set to. */
export const storeValueChecks: readonly Check<Storage>[] = [
  {
    name: 'store: gives back the very text that it was given',
    async verify(memory) {
      const store = new TestedStore(memory);
      for (const text of values) {
        const key = randomStoreKey();
        await store.set(key, text, lasting);
        const found = await store.get(key);
        assertFinding(found === text, {
          actual: `${excerpt(found)} came back for ${excerpt(text)}`,
          expected: 'the same text, of type string, to the last character',
          impact: 'a record that cannot be read is an error, and its user cannot log in',
        });
      }
    },
  },
  {
    name: 'store: keeps a text of 20 KB',
    async verify(memory) {
      const store = new TestedStore(memory);
      const key = randomStoreKey();
      const text = randomBytes(15_360).toString('base64url');
      await store.set(key, text, lasting);
      const found = await store.get(key);
      assertFinding(found === text, {
        actual: `of ${text.length} characters ${String(found ?? '').length} came back, or others`,
        expected: 'the same text',
        impact: 'a record is as long as what a code approves; one that is cut off cannot be read',
      });
    },
  },
  {
    name: 'store: has nothing under a key that was never set',
    async verify(memory) {
      const found = await new TestedStore(memory).get(randomStoreKey());
      assertFinding(found === undefined, {
        actual: `${excerpt(found)} for a random key`,
        expected: 'undefined or null',
        impact: 'anything else is read as a challenge, and as a broken one',
      });
    },
  },
  {
    name: 'store: has what was written last',
    async verify(memory) {
      const store = new TestedStore(memory);
      const key = randomStoreKey();
      await store.set(key, '"first"', lasting);
      await store.set(key, '"second"', lasting);
      const found = await store.get(key);
      assertFinding(found === '"second"', {
        actual: `${excerpt(found)} after "first" and then "second" was written`,
        expected: '"second"',
        impact: 'a challenge goes from "being sent" to "sent"; with an old state no code can match',
      });
    },
  },
  {
    name: 'store: deletes one entry and no other',
    async verify(memory) {
      const store = new TestedStore(memory);
      const [deleted, other] = [randomStoreKey(), randomStoreKey()];
      await store.set(deleted, '"deleted"', lasting);
      await store.set(other, '"other"', lasting);
      await store.delete(deleted);
      // What is deleted already may be deleted again: a double click does that.
      await store.delete(deleted);
      const [gone, kept] = [await store.get(deleted), await store.get(other)];
      assertFinding(gone === undefined && kept === '"other"', {
        actual: `${excerpt(gone)} under the deleted key, ${excerpt(kept)} under another`,
        expected: 'undefined or null under the deleted key, "other" under the other',
        impact: 'a code that was used, or whose number changed, must not find its challenge again',
      });
    },
  },
  {
    name: 'store: tells keys apart by every character',
    async verify(memory) {
      const store = new TestedStore(memory);
      const keys = similarKeys(randomStoreKey());
      for (const key of keys) await store.set(key, JSON.stringify(key), lasting);
      const found = await Promise.all(keys.map((key) => store.get(key)));
      assertFinding(
        keys.every((key, index) => found[index] === JSON.stringify(key)),
        {
          actual: `keys that end in ${keys.map((key) => key.slice(-1))} have the entries of each other`,
          expected: 'an entry for each, upper and lower case apart, none cut off, no wildcards',
          impact: 'a key is a random id: whoever guesses a part of it must not have the rest',
        },
      );
    },
  },
];

/** Milliseconds. Not a whole number of seconds: what rounds down is half a second early. */
const ttl = 1500;
const long = 60_000;

const isStored = (store: TestedStore, key: string) => async () =>
  (await store.get(key)) !== undefined;

const earlyImpact = 'somebody who types a code in time is told that there is no challenge';
const lateImpact = 'records hold telephone numbers, and pile up';

/** That entries last for their time, and no longer. */
export const storeExpiryChecks: readonly Check<Storage>[] = [
  {
    name: 'store: keeps an entry until its time is over',
    async verify(memory) {
      const store = new TestedStore(memory);
      const key = randomStoreKey();
      const since = performance.now();
      await store.set(key, '"kept"', ttl);
      const gone = await timeUntilGone(isStored(store, key), since, ttl - earlyTolerance);
      assertFinding(gone === undefined || gone >= ttl - earlyTolerance, {
        actual: `an entry for ${ttl} ms was gone after ${gone} ms`,
        expected: `that it is there for ${ttl} milliseconds; who counts in seconds rounds up`,
        impact: earlyImpact,
      });
    },
  },
  {
    name: 'store: forgets an entry when its time is over',
    async verify(memory) {
      const store = new TestedStore(memory);
      const key = randomStoreKey();
      await store.set(key, '"forgotten"', ttl);
      const gone = await timeUntilGone(
        isStored(store, key),
        performance.now(),
        ttl + lateTolerance,
      );
      assertFinding(gone !== undefined, {
        actual: `an entry for ${ttl} ms was still there after ${ttl + lateTolerance} ms`,
        expected: 'nothing: the third argument is milliseconds, and reading does not prolong',
        impact: lateImpact,
      });
    },
  },
  {
    name: 'store: an overwritten entry has the new time',
    async verify(memory) {
      const store = new TestedStore(memory);
      const [prolonged, shortened] = [randomStoreKey(), randomStoreKey()];
      await store.set(prolonged, '"short"', ttl);
      await store.set(prolonged, '"long"', long);
      await store.set(shortened, '"long"', long);
      await store.set(shortened, '"short"', ttl);
      const since = performance.now();
      const [lost, gone] = await Promise.all([
        timeUntilGone(isStored(store, prolonged), since, ttl + earlyTolerance),
        timeUntilGone(isStored(store, shortened), since, ttl + lateTolerance),
      ]);
      assertFinding(lost === undefined, {
        actual: `an entry for ${ttl} ms, then written for ${long} ms, was gone after ${lost} ms`,
        expected: `that it is there for ${long} milliseconds`,
        impact: earlyImpact,
      });
      assertFinding(gone !== undefined, {
        actual: `an entry for ${long} ms, then written for ${ttl} ms, was there after ${ttl + lateTolerance} ms`,
        expected: 'nothing',
        impact: lateImpact,
      });
    },
  },
];
