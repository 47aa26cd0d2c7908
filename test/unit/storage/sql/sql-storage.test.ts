import { describe, expect, it, vi } from 'vitest';
import { StoreError } from '../../../../lib/errors.js';
import { Counter } from '../../../../lib/limits/counter.js';
import { Records, stringSchema } from '../../../../lib/storage/records.js';
import { sqlStorage } from '../../../../lib/storage/sql/sql-storage.js';
import { storageDeadline, timers } from '../../../../lib/timers.js';
import { minute, second, stopClock, stopTimers } from '../../../fixtures/clock.js';
import { thrownBy } from '../../../fixtures/thrown.js';
import { failuresOf } from '../../testing/database.js';
import { MapDatabase } from './map-database.js';

const options = { keyPrefix: 'tries', points: 2, duration: 60 };

type Asked = (asked: Pick<ReturnType<typeof someStorage>, 'store' | 'counter'>) => unknown;

function someStorage() {
  const database = new MapDatabase();
  const { store, limiter } = sqlStorage(database);
  return { database, store, counter: limiter(options), limiter };
}

describe('Storage in one table', () => {
  it('passes every check of conformance', async () => {
    const [database, failing] = [new MapDatabase(), new MapDatabase()];
    failing.answer = () => {
      throw new Error('ECONNREFUSED');
    };
    const [storage, another] = [sqlStorage(database), sqlStorage(database)];
    const failures = await failuresOf({
      storage: () => storage,
      anotherStorage: () => another,
      failingStorage: () => sqlStorage(failing),
    });
    expect(failures).toEqual(new Map());
    expect(database.rows.size).toBe(0);
  });

  it('asks a database once for all that a Promise.all asks of records and counters', async () => {
    const { database, store, counter, limiter } = someStorage();
    await Promise.all([
      store.get('record'),
      store.set('other', '"value"', 1000),
      counter.consume('alice'),
      limiter({ ...options, keyPrefix: 'sends' }).get('alice'),
      counter.takeBack?.('bob', 1),
      counter.delete('carol'),
    ]);
    expect(database.statements.map((operations) => operations.map(({ kind }) => kind))).toEqual([
      ['read', 'replace', 'add', 'read', 'takeBack', 'delete'],
    ]);
  });

  it.each([
    ['a fraction of a millisecond', 1499.5, 1500],
    ['a whole number', 1500, 1500],
  ])('writes lifetimes as whole milliseconds: %s', async (_what, ttl, lifetime) => {
    const { database, store, counter, limiter } = someStorage();
    const brief = limiter({ ...options, keyPrefix: 'brief', duration: ttl / 1000 });
    await Promise.all([
      store.set('key', '"value"', ttl),
      counter.block('key', ttl / 1000),
      brief.consume('key'),
    ]);
    expect(
      database.statements.flat().map((operation) => Reflect.get(operation, 'lifetime')),
    ).toEqual([lifetime, lifetime, lifetime]);
  });

  it('blocks a counter forever if it gets no seconds', async () => {
    const { counter } = someStorage();
    const blocked = { consumedPoints: 3, msBeforeNext: -1 };
    expect(await counter.block('alice', 0)).toEqual(blocked);
    expect(await counter.get('alice')).toEqual(blocked);
    expect(await counter.block('alice', 1)).toEqual({ consumedPoints: 3, msBeforeNext: 1000 });
  });

  it('says of a counter that it deleted it, unless its time was over', async () => {
    const clock = stopClock();
    const { counter } = someStorage();
    expect(await counter.delete('alice')).toBe(false);
    await counter.consume('alice');
    expect(await counter.delete('alice')).toBe(true);
    await counter.consume('alice');
    clock.advance(2 * minute);
    expect(await counter.delete('alice')).toBe(false);
  });

  it('takes back no more points than there are, and leaves a counter without points that counts from zero', async () => {
    const { counter } = someStorage();
    await counter.penalty('alice', 3);
    expect(await counter.takeBack?.('alice', 2)).toBe(2);
    expect(await counter.takeBack?.('alice', 2)).toBe(1);
    expect(await counter.get('alice')).toBeNull();
    await counter.reward('alice');
    expect(await counter.takeBack?.('alice', 2)).toBe(0);
    expect(await counter.takeBack?.('bob', 2)).toBe(0);
    expect((await counter.consume('alice')).consumedPoints).toBe(1);
  });

  it.each<[string, string]>([
    ['the longest', 'k'.repeat(255)],
    ['one of one character', 'k'],
    ['a space and punctuation', ' !~k'],
    ['a name of Object', '__proto__'],
  ])('takes a key that every database keeps apart: %s', async (_what, key) => {
    const { store } = someStorage();
    await store.set(key, '"value"', minute);
    expect(await store.get(key)).toBe('"value"');
  });

  it.each<[string, Asked]>([
    ['key', ({ store }) => store.get('k'.repeat(256))],
    ['key', ({ store }) => store.get('')],
    ['key', ({ store }) => store.get('space at the end ')],
    ['key', ({ store }) => store.get('NUL \0')],
    ['key', ({ store }) => store.get('line\n')],
    ['key', ({ store }) => store.get('é')],
    ['key', ({ store }) => store.get('half \ud83d')],
    ['key', ({ counter }) => counter.consume('😀')],
    ['value', ({ store }) => store.set('key', 'NUL \0', 1000)],
    ['value', ({ store }) => store.set('key', 'half \ud83d', 1000)],
    ['lifetime', ({ store }) => store.set('key', '"value"', Number.NaN)],
    ['lifetime', ({ store }) => store.set('key', '"value"', Number.POSITIVE_INFINITY)],
    ['lifetime', ({ store }) => store.set('key', '"value"', Number.MAX_SAFE_INTEGER)],
    ['lifetime', ({ counter }) => counter.block('key', Number.POSITIVE_INFINITY)],
    ['points', ({ counter }) => counter.penalty('key', 0.5)],
    ['points', ({ counter }) => counter.penalty('key', Number.NaN)],
    ['points', ({ counter }) => counter.reward('key', 2 ** 60)],
    ['points', ({ counter }) => counter.takeBack?.('key', 1e300)],
  ])(
    'refuses a %s that some database would refuse or change, and harms no other operation',
    async (part, ask) => {
      const { store, counter, database } = someStorage();
      const others = [store.set('other', '"😀"', minute), counter.consume('alice')];
      await expect(ask({ store, counter })).rejects.toThrow(`store this ${part}`);
      await Promise.all(others);
      expect(database.statements.flat().map(({ key }) => key)).toEqual(['other', 'tries:alice']);
    },
  );

  it('says when the login has given up waiting', async () => {
    const { store, database } = someStorage();
    const lateness: boolean[] = [];
    database.whenAsked = async (isLate) => {
      lateness.push(isLate());
      await timers.delay(storageDeadline + 100);
      lateness.push(isLate());
    };
    await store.get('key');
    expect(lateness).toEqual([false, true]);
  });
});

describe('A database that returns what it should not', () => {
  it('fails a count without a row, and one without points: neither is a count of zero', async () => {
    const { database, counter } = someStorage();
    database.answer = () => new Map();
    await expect(counter.consume('alice')).rejects.toThrow('returned no row');
    const row = { storage_key: 'tries:alice', value: null, points: null, time_left: 1000 };
    database.answer = () => new Map([[row.storage_key, row]]);
    await expect(counter.consume('alice')).rejects.toThrow('without points');
    await expect(counter.get('alice')).rejects.toThrow('without points');
    await expect(counter.takeBack?.('alice', 1)).rejects.toThrow('without points');
  });
});

describe('F35: what has expired', () => {
  it('is deleted after writes, and not after reads alone', async () => {
    stopTimers();
    const { database, store, counter } = someStorage();
    await Promise.all([store.get('key'), counter.get('key')]);
    await vi.advanceTimersByTimeAsync(20 * minute);
    expect(database.deletions).toBe(0);
    await Promise.all([store.get('key'), counter.consume('key')]);
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(database.deletions).toBe(1);
  });
});

describe('The table', () => {
  it('is checked once, before its first use, and again after an error', async () => {
    const { database, store } = someStorage();
    await Promise.all([store.get('a'), store.get('a'), store.get('b')]);
    await store.get('a');
    expect(database.checks).toBe(1);
    database.answer = () => {
      throw new Error('ECONNREFUSED');
    };
    await expect(store.get('a')).rejects.toThrow('ECONNREFUSED');
    database.answer = undefined;
    await store.get('a');
    await store.get('a');
    expect(database.checks).toBe(2);
  });

  it.each<[string, unknown]>([
    ['counts one key for two', [{ distinct_keys: '1' }]],
    ['answers nothing', []],
    ['answers something else', [{ count: 2 }]],
    ['answers no list', { rows: [{ distinct_keys: 2 }] }],
  ])('F34: is outdated where its check %s, and nothing is read or written', async (_what, rows) => {
    const { database, store } = someStorage();
    database.checked = () => rows;
    const error = await thrownBy(StoreError, () => store.get('a'));
    expect(error.code).toBe('table_outdated');
    expect(error.message).toContain('ignores case in its keys');
    expect(error.hint).toContain('npx passport-modica-2fa sql --dialect postgres');
    expect(database.statements).toHaveLength(0);
  });

  it.each([2, 2n, '2'])('is as it must be where its check counts two keys: %o', async (count) => {
    const { database, store } = someStorage();
    database.checked = () => [{ distinct_keys: count }];
    expect(await store.get('a')).toBeUndefined();
  });

  it.each([
    ['missing', 'table_missing', 'Create it before the app starts'],
    ['outdated', 'table_outdated', 'Drop it and create it again'],
  ] as const)(
    'F34: is %s: an error with its own code and a hint, for records and counters alike',
    async (problem, code, hint) => {
      const { database, store, limiter } = someStorage();
      database.answer = () => {
        throw Object.assign(new Error('column "points" does not exist'), { code: '42703' });
      };
      database.problem = problem;
      const read = () => new Records(store).read('challenge:a', stringSchema);
      const count = () => new Counter(limiter, options).count('alice');
      for (const call of [read, count]) {
        const error = await thrownBy(StoreError, call);
        expect(error.code).toBe(code);
        expect(error.message).toContain('"passport_modica_2fa"');
        expect(error.hint).toContain(hint);
      }
      database.answer = undefined;
      database.problem = undefined;
      expect(await read()).toBeUndefined();
      expect(await count()).toMatchObject({ used: 1 });
    },
  );

  it('F34: is checked again five seconds after a check that got no answer', async () => {
    stopTimers();
    const { database, store } = someStorage();
    database.checked = () => new Promise(() => undefined);
    // `toThrow` of Vitest 4.1 lets a rejection without an error pass.
    const failed = expect(store.get('a')).rejects.toMatchObject({
      message: 'The database did not answer',
    });
    await vi.advanceTimersByTimeAsync(5 * second);
    await failed;
    database.checked = () => [{ distinct_keys: 2 }];
    expect(await store.get('a')).toBeUndefined();
  });
});
