// Checks that a store returns what was set, and for its ttl only.

import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import {
  assertHolds,
  type ConformanceCheck,
  distinctKeys,
  earlyTolerance,
  lateTolerance,
  randomStoreKey,
  similarKeys,
  type TestedStorage,
  timeUntilGone,
} from './harness.js';
import { TestedStore } from './subjects.js';

/** Milliseconds; longer than any check takes. */
const minute = 60_000;

/** The library writes JSON, and user ids may be any string. */
const values = [
  { id: 'abc', userId: 1, delivery: { state: 'sent' } },
  'a JSON string',
  'Zoë, 李, عربي, 🙂, 👩‍👧, e\u0301, \u2028',
  'quotes \' " ` and \\ and % and ; and \n and \0',
].map((value) => JSON.stringify(value));

const excerpt = (value: unknown) => inspect(value, { maxStringLength: 200 });

export const storeValueChecks: readonly ConformanceCheck<TestedStorage>[] = [
  {
    name: 'store: returns exactly the string that was set',
    async verify(storage) {
      const store = new TestedStore(storage);
      for (const value of values) {
        const key = randomStoreKey();
        await store.set(key, value, minute);
        const found = await store.get(key);
        assertHolds(found === value, {
          actual: `get returned ${excerpt(found)} for ${excerpt(value)}`,
          expected: 'the same string, character for character',
          impact: 'a record that cannot be read is an error, and its user cannot log in',
        });
      }
    },
  },
  {
    name: 'store: keeps a string of 20 KB',
    async verify(storage) {
      const store = new TestedStore(storage);
      const key = randomStoreKey();
      const value = randomBytes(15_360).toString('base64url');
      await store.set(key, value, minute);
      const found = await store.get(key);
      assertHolds(found === value, {
        actual: `get returned ${String(found ?? '').length} of ${value.length} characters, or other ones`,
        expected: 'the same string',
        impact:
          'a record includes the transaction to approve; a truncated record cannot be read back',
      });
    },
  },
  {
    name: 'store: returns nothing for an unknown key',
    async verify(storage) {
      const found = await new TestedStore(storage).get(randomStoreKey());
      assertHolds(found === undefined, {
        actual: `get returned ${excerpt(found)} for a random key`,
        expected: 'undefined or null',
        impact: 'any other value is parsed as a challenge, which fails the login',
      });
    },
  },
  {
    name: 'store: returns the latest value',
    async verify(storage) {
      const store = new TestedStore(storage);
      const key = randomStoreKey();
      await store.set(key, '"first"', minute);
      await store.set(key, '"second"', minute);
      const found = await store.get(key);
      assertHolds(found === '"second"', {
        actual: `get returned ${excerpt(found)} after "first" and then "second" was set`,
        expected: '"second"',
        impact: 'a challenge changes from "sending" to "sent"; in the old state it accepts no code',
      });
    },
  },
  {
    name: 'store: delete removes one entry only',
    async verify(storage) {
      const store = new TestedStore(storage);
      const [deleted, other] = [randomStoreKey(), randomStoreKey()];
      await store.set(deleted, '"deleted"', minute);
      await store.set(other, '"other"', minute);
      await store.delete(deleted);
      // Deleting an unknown key must not fail: a double click deletes twice.
      await store.delete(deleted);
      const [gone, kept] = [await store.get(deleted), await store.get(other)];
      assertHolds(gone === undefined && kept === '"other"', {
        actual: `get returned ${excerpt(gone)} for the deleted key, and ${excerpt(kept)} for another`,
        expected: 'undefined or null for the deleted key, and "other" for the other',
        impact:
          'after a code is used, or its number changes, its challenge must not be found again',
      });
    },
  },
  {
    name: 'store: distinguishes keys by every character',
    async verify(storage) {
      const store = new TestedStore(storage);
      const keys = similarKeys(randomStoreKey());
      for (const key of keys) await store.set(key, JSON.stringify(key), minute);
      const found = await Promise.all(keys.map((key) => store.get(key)));
      assertHolds(
        keys.every((key, index) => found[index] === JSON.stringify(key)),
        {
          actual: `keys that end in ${keys.map((key) => key.slice(-1))} returned the entries of each other`,
          expected: `one entry each: ${distinctKeys}`,
          impact: 'a key contains a random id, and part of it must not be enough',
        },
      );
    },
  },
];

/** Milliseconds; not whole seconds, so that rounding down shows. */
const ttl = 1500;

const isStored = (store: TestedStore, key: string) => async () =>
  (await store.get(key)) !== undefined;

const earlyImpact = 'a user who enters the code in time would find no challenge';
const lateImpact = 'records contain phone numbers, and would accumulate';

export const storeExpiryChecks: readonly ConformanceCheck<TestedStorage>[] = [
  {
    name: 'store: keeps an entry for its ttl',
    async verify(storage) {
      const store = new TestedStore(storage);
      const key = randomStoreKey();
      const since = performance.now();
      await store.set(key, '"kept"', ttl);
      const gone = await timeUntilGone(isStored(store, key), since, ttl - earlyTolerance);
      assertHolds(gone === undefined || gone >= ttl - earlyTolerance, {
        actual: `an entry with a ttl of ${ttl} ms was gone after ${gone} ms`,
        expected: `an entry that lasts ${ttl} ms; a store that counts in seconds must round up`,
        impact: earlyImpact,
      });
    },
  },
  {
    name: 'store: expires an entry after its ttl',
    async verify(storage) {
      const store = new TestedStore(storage);
      const key = randomStoreKey();
      await store.set(key, '"expired"', ttl);
      const gone = await timeUntilGone(
        isStored(store, key),
        performance.now(),
        ttl + lateTolerance,
      );
      assertHolds(gone !== undefined, {
        actual: `an entry with a ttl of ${ttl} ms still existed after ${ttl + lateTolerance} ms`,
        expected:
          'no entry: the third argument of set is in milliseconds, and get must not extend it',
        impact: lateImpact,
      });
    },
  },
  {
    name: 'store: overwriting an entry replaces its ttl',
    async verify(storage) {
      const store = new TestedStore(storage);
      const [extended, shortened] = [randomStoreKey(), randomStoreKey()];
      await store.set(extended, '"short"', ttl);
      await store.set(extended, '"long"', minute);
      await store.set(shortened, '"long"', minute);
      await store.set(shortened, '"short"', ttl);
      const since = performance.now();
      const [lost, gone] = await Promise.all([
        timeUntilGone(isStored(store, extended), since, ttl + earlyTolerance),
        timeUntilGone(isStored(store, shortened), since, ttl + lateTolerance),
      ]);
      assertHolds(lost === undefined, {
        actual: `an entry set for ${ttl} ms, and then for ${minute} ms, was gone after ${lost} ms`,
        expected: `an entry that lasts ${minute} ms`,
        impact: earlyImpact,
      });
      assertHolds(gone !== undefined, {
        actual: `an entry set for ${minute} ms, and then for ${ttl} ms, still existed after ${ttl + lateTolerance} ms`,
        expected: 'no entry',
        impact: lateImpact,
      });
    },
  },
];
